import type { components } from './schema';

export type FieldProblem = components['schemas']['FieldProblem'];
/** RFC 9457, as every operation of the API answers with. */
export type ProblemBody = components['schemas']['Problem'];

/** The API answered, and refused. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    /** Stable, for programs: `invalid`, `outside_region`, `stale`… */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    /** All that is wrong with a form. */
    readonly errors: FieldProblem[],
    /** The id of the request, as in the logs. */
    readonly requestId: string | undefined,
    /** Seconds after which to ask again, where the API says so. */
    readonly retryAfter: number | undefined,
    /** With 412: the record as it is now. */
    readonly current: unknown,
  ) {
    super(`${status} ${code}`);
  }
}

/** No answer came: no network, a broken connection, or none in time. The request may have been carried out. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(override readonly cause: unknown) {
    super('no answer');
  }
}

/** Reads an answer that isn't a success. The gateway's own answers have no problem in them. */
export async function problemOf(answer: Response): Promise<Problem> {
  const text = await answer.text().catch(() => '');
  const body = parse(text);
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return new Problem(
    answer.status,
    body.code ?? `status_${answer.status}`,
    body.title ?? '',
    body.detail ?? '',
    body.errors ?? [],
    answer.headers.get('x-request-id') ?? undefined,
    Number.isFinite(seconds) ? seconds : undefined,
    body.current,
  );
}

function parse(text: string): Partial<ProblemBody> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
