/** Templates of the user's own that take the place of ours: precompiled, with the files that they come from, by id. */
export interface OwnTemplates {
  readonly specs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** A template that cannot be compiled, asks for what is not there, or makes what cannot be kept. Line from 1; 0 when it is not known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, message: string) {
    super(message);
    this.file = file;
    this.line = line;
  }

  /** The compiler lies in a bundle of its own, with a class of its own. */
  static is(error: unknown): error is TemplateError {
    return (error as Error | undefined)?.name === 'TemplateError';
  }

  /** From what Handlebars or a helper throws. */
  static from(file: string, error: unknown): TemplateError {
    if (TemplateError.is(error)) return error;
    const { message, lineNumber } = error as { readonly message: string; readonly lineNumber?: number };
    const line = lineNumber ?? Number(/^Parse error on line (\d+)/.exec(message)?.[1] ?? 0);
    return new TemplateError(file, line, message.split('\n')[0]!.replace(/ - \d+:\d+$/, '').replace(/^Parse error on line \d+:?/, 'it cannot be parsed'));
  }
}
