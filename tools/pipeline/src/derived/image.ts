/** An image's name, cut where another registry or owner would begin: after `prefix`, where it begins so. Pure. */
export const splitImage = (image: string, prefix: string): { before: string; after: string } =>
  image.startsWith(prefix)
    ? { before: prefix, after: image.slice(prefix.length) }
    : { before: '', after: image };

/** What the names of all images begin with: `acme/speech-{name}:{tag}` → `acme/speech-`. Pure. */
export const prefixOf = (imageName: string): string => imageName.slice(0, imageName.indexOf('{'));
