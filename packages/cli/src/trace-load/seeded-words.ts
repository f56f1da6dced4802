import { createHash } from 'node:crypto';
import { seededRandom } from '@entresol/replay';

/** Everyday words, so that a tokenizer finds whole ones. */
const words =
  `customer order refund invoice payment shipment delivery tracking return warranty account price
discount balance credit transfer currency receipt store seller parcel stock item product quantity ticket case agent
assistant priority incident question answer reply message contact request article source summary result report section
review draft editor writer research evidence claim check value number table figure system server client network memory
cache token prompt model context session history function error test file line code change build version library module
service event state plan task step goal team member group point issue reason example detail page document search query
index record field name list type time date week month year place city country market company project policy rule limit
rate cost budget design method process data analysis answer language`
    .trim()
    .split(/\s+/u);

/** So many words of the text that the key names: a shorter one is the beginning of a longer one. */
export function seededWords(key: string, count: number): string {
  const random = seededRandom(createHash('sha256').update(key).digest().readInt32BE(0));
  return Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ');
}
