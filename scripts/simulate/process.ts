/** Something that runs code and may die or stand still: a client, a consumer, one life of the object. */
export class Process {
  readonly name: string;
  alive = true;
  /** Until when nothing happens in it (virtual milliseconds); what was to happen comes late. */
  frozenUntil = 0;

  constructor(name: string) {
    this.name = name;
  }
}
