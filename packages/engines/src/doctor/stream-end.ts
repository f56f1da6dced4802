import { parseJSON } from '../http/event-lines.ts';
import { readUsage } from '../http/reply-usage.ts';
import type { EngineCheck } from './examination.ts';
import type { Patient } from './patient.ts';

const check = 'stream';

/** A stream must come to its end, and say its usage where that was asked for. */
export async function checkStream(patient: Patient): Promise<EngineCheck> {
  const { prompts } = patient;
  const text = await patient.stream(prompts.chat('Answer.', 'a question'));
  const events = text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim());
  if (events.at(-1) !== '[DONE]') {
    return {
      check,
      verdict: 'broken',
      finding: `a stream ended after ${events.length} events without [DONE]: it was cut off, or is none`,
      fix: 'whatever stands between must pass streams on to their end, unbuffered',
    };
  }
  if (events.some((event) => readUsage(parseJSON(event)) !== undefined)) {
    return { check, verdict: 'ok', finding: 'ends with [DONE], and with its usage' };
  }
  return {
    check,
    verdict: 'broken',
    finding: 'a stream ends without the usage that stream_options.include_usage asks for',
    fix: 'whatever stands between must pass stream_options and the chunk of usage on',
  };
}
