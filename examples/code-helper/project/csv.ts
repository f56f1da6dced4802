/** Splits one line of comma-separated values; commas inside quotation marks separate nothing. */
export function csvFields(line: string): string[] {
  return line.split(',').map((field) => field.trim().replace(/^"|"$/g, ''));
}

/** Joins fields into a line; a field with a comma or a quotation mark is quoted. */
export function csvLine(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
