import type { ReportData } from '../data.ts';

/** What a name could hold that wants to be more than a text. */
export const EVIL = `</script><script>alert(1)</script><img src=x onerror=alert(2)>" onload="alert(3)' x='`;

/** A report in which every text is one of these. */
export const evilReport = (): ReportData => ({
  made: EVIL,
  images: [
    {
      ...{ name: EVIL, image: EVIL, device: 'GPU', seconds: 1, built: EVIL, places: [EVIL] },
      sizes: { whole: 9e6, own: 9e6, shared: 0 },
    },
    { name: 'other', image: 'other', device: 'CPU', base: EVIL, places: [] },
  ],
  layers: [
    {
      ...{ diffId: EVIL, bytes: 9e6, step: EVIL, place: EVIL, owner: EVIL, images: [EVIL] },
      packages: [
        { name: EVIL, version: EVIL, bytes: 5e6 },
        { name: 'other', version: '1', bytes: 1e6 },
      ],
    },
  ],
  unique: 9e6,
  naive: 9e6,
  notes: [EVIL],
});
