const places = /\{\{|\{%|<%|\$\{|\$\(|@[A-Z_]+@/;

/** Whether a line of configuration holds places that a template fills: of Jinja, ERB, a here-document of a shell, or `@NAME@`. */
export function hasPlaces(text: string): boolean {
  return places.test(text);
}

/** A line with a word in place of each value that its template fills, and without the template's own statements. */
export function withoutPlaces(text: string): string {
  return text
    .replace(/\{%.*?%\}|<%(?!=).*?%>/g, '')
    .replace(/\{\{.*?\}\}|<%=.*?%>|\$\{[^}]*\}|\$\([^)]*\)|@[A-Z_]+@/g, 'x');
}
