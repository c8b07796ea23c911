import { createConnection, DiagnosticSeverity, MarkupKind, ProposedFeatures, TextDocuments, TextDocumentSyncKind, type CodeAction, type Diagnostic, type TextDocumentChangeEvent } from 'vscode-languageserver/node.js';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isSpan, type Span } from '../base/origin.ts';
import { exit, UsageError, type Io, type Values } from './command.ts';
import { judgeAround, type Judged } from './lsp-judge.ts';
import type { Finding } from '../lint/rule.ts';

const severities = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information } as const;
/** Typing goes on: wait this long (milliseconds) before judging. */
const pause = 150;

/** What one judgement said of a document: the finding stands beside its diagnostic, for hovers and fixes. */
interface Told {
  readonly diagnostic: Diagnostic;
  readonly finding: Finding;
  open(span: Span): string;
}

/** `lvs-gen lsp`: a language server on standard input and output. Findings as diagnostics, a rule's page on hover, fixes as code actions, for specs and for every file that lint reads. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  if (!io.streams) throw new UsageError('lsp speaks to an editor over standard input and output');
  const connection = createConnection(ProposedFeatures.all, io.streams.input, io.streams.output);
  const documents = new TextDocuments(TextDocument);
  const told = new Map<string, readonly Told[]>();
  let waiting: NodeJS.Timeout | undefined;

  connection.onInitialize(() => ({
    capabilities: { textDocumentSync: TextDocumentSyncKind.Incremental, hoverProvider: true, codeActionProvider: { codeActionKinds: ['quickfix'] } },
    serverInfo: { name: 'lvs-gen', version: io.version },
  }));

  const judge = async (): Promise<void> => {
    const texts = new Map(documents.all().flatMap((document) => (document.uri.startsWith('file:') ? [[fileURLToPath(document.uri), document.getText()] as const] : [])));
    const judged = await judgeAround(texts, { shellcheck: values['no-shellcheck'] !== true }, io);
    for (const document of documents.all()) {
      const all = document.uri.startsWith('file:') ? tell(judged, fileURLToPath(document.uri)) : [];
      told.set(document.uri, all);
      await connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics: all.map(({ diagnostic }) => diagnostic) });
    }
  };
  const soon = ({ document }: TextDocumentChangeEvent<TextDocument>): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void judge().catch((error: unknown) => io.err(`lvs-gen: ${String(error)} (${document.uri})\n`)), pause);
  };
  documents.onDidChangeContent(soon);
  documents.onDidSave(soon);
  documents.onDidClose(({ document }) => {
    told.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.onHover(async ({ textDocument, position }) => {
    const here = (told.get(textDocument.uri) ?? []).filter(({ diagnostic: { range } }) => range.start.line <= position.line && position.line <= range.end.line && (range.start.line < position.line || range.start.character <= position.character) && (position.line < range.end.line || position.character <= range.end.character));
    if (here.length === 0) return null;
    const { pageNamed } = await import('./explain.ts');
    const pages = [...new Set(here.map(({ finding }) => finding.rule))].map((rule) => pageNamed(rule) ?? rule);
    return { contents: { kind: MarkupKind.Markdown, value: pages.join('\n---\n') }, range: here[0]!.diagnostic.range };
  });

  connection.onCodeAction(({ textDocument, range }) =>
    (told.get(textDocument.uri) ?? []).flatMap(({ diagnostic, finding: { fix }, open }): readonly CodeAction[] => {
      if (!fix || diagnostic.range.end.line < range.start.line || range.end.line < diagnostic.range.start.line) return [];
      const changes: Record<string, { range: Diagnostic['range']; newText: string }[]> = {};
      for (const { at, text } of fix.edits) (changes[pathToFileURL(open(at)).href] ??= []).push({ range: rangeOf(at), newText: text });
      return [{ title: fix.safe ? fix.title : `${fix.title} (changes what the host does)`, kind: 'quickfix', diagnostics: [diagnostic], isPreferred: fix.safe, edit: { changes } }];
    }),
  );

  documents.listen(connection);
  connection.listen();
  await new Promise<void>((ended) => connection.onExit(ended));
  return exit.clean;
}

/** The diagnostics of one file. */
function tell(judged: readonly Judged[], path: string): readonly Told[] {
  return judged.flatMap(({ findings, open }) => findings.filter(({ at }) => open(at) === path).map((finding) => ({ finding, open, diagnostic: diagnosticOf(finding, open) })));
}

function diagnosticOf(finding: Finding, open: (span: Span) => string): Diagnostic {
  const related = (finding.related ?? []).flatMap(({ at, note }) => (isSpan(at) ? [{ location: { uri: pathToFileURL(open(at)).href, range: rangeOf(at) }, message: note }] : []));
  return {
    range: rangeOf(finding.at),
    severity: severities[finding.severity],
    source: 'lvs-gen',
    code: finding.rule,
    message: `${finding.title.replace(/\.$/, '')}: ${finding.note}`,
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

function rangeOf({ line, column, endLine, endColumn }: Span): Diagnostic['range'] {
  return { start: { line: line - 1, character: column - 1 }, end: { line: endLine - 1, character: endColumn - 1 } };
}
