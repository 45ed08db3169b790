/** What the files of a new stage are made of. */
export interface StageFacts {
  readonly name: string;
  readonly device: 'cpu' | 'gpu';
  /** What goes in and what comes out. */
  readonly description: string;
  /** Reference with digest that the install step stands on. */
  readonly builder: string;
  /** What the image stands on: its project, its full name with tag, its tag. */
  readonly base: { readonly project: string; readonly image: string; readonly tag: string };
}
