/** A file without the class that it should have. */
export class NoJob {}
