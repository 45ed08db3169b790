/** A time of the film: `12:05`, `1:02:05`; with `digits`, parts of the second: `12:05.3`. */
export function clock(seconds: number, digits = 0): string {
  const unit = 10 ** digits;
  const units = Math.round(Math.max(0, seconds) * unit);
  const whole = Math.floor(units / unit);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const part = digits === 0 ? '' : `.${String(units % unit).padStart(digits, '0')}`;
  const two = (value: number): string => String(value).padStart(2, '0');
  return (hours > 0 ? `${hours}:${two(minutes)}` : two(minutes)) + `:${two(rest)}${part}`;
}

/** How long something took: `0.4 s`, `38 s`, `4 min 05 s`, `1 h 12 min`. */
export function lasting(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Bytes of memory: `48 MB`, `1.4 GB`. */
export function memory(bytes: number): string {
  return bytes < 999.5e6 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A share of 1: `37 %`, `< 1 %`. */
export function percent(share: number): string {
  return share > 0 && share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`;
}

/** `1 song`, `2 songs`, `1,204 songs`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** `en` → `English`; a code that nobody knows stays as it is. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** `SPEAKER_03` → `Speaker 4`: the number that diarization gives, counted from 1; other names stay. */
export function speakerName(name: string): string {
  const [, number] = /^SPEAKER_(\d+)$/.exec(name) ?? [];
  return number === undefined ? name : `Speaker ${Number(number) + 1}`;
}
