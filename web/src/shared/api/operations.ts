import type { components, paths } from './schema';

/** A type of the API's document: `Schema<'Household'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export type Method = 'get' | 'post' | 'put' | 'delete';

/** The paths that know this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P][M];
type Content<R> = [R] extends [{ content: { 'application/json': infer Body } }] ? Body : undefined;

/** What the operation answers with when it succeeds. */
export type AnswerOf<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R }
    ? R extends { 200: infer A }
      ? Content<A>
      : R extends { 201: infer A }
        ? Content<A>
        : undefined
    : never;

type Part<O, Name extends 'path' | 'query'> = O extends { parameters: infer Parameters }
  ? Name extends keyof Parameters
    ? Exclude<Parameters[Name], undefined>
    : never
  : never;
type BodyIn<O> = O extends { requestBody?: infer Body } ? Content<Exclude<Body, undefined>> : undefined;

type PathPart<O> = [Part<O, 'path'>] extends [never] ? { path?: never } : { path: Part<O, 'path'> };
type QueryPart<O> = [Part<O, 'query'>] extends [never] ? { query?: never } : { query?: Part<O, 'query'> };
type BodyPart<O> = [BodyIn<O>] extends [undefined]
  ? { body?: never }
  : O extends { requestBody: unknown }
    ? { body: BodyIn<O> }
    : { body?: BodyIn<O> };

/** What is sent along. */
export type RequestOf<M extends Method, P extends PathOf<M>> = PathPart<Operation<M, P>> &
  QueryPart<Operation<M, P>> &
  BodyPart<Operation<M, P>> &
  Precautions;

/** What makes a request safe to repeat, and to give up. */
export interface Precautions {
  /** The same key again gets the first answer again. */
  idempotencyKey?: string;
  /** The version that was read; 412 when it is stale. `*` for any. */
  ifMatch?: number | '*';
  /** Ends the request early. */
  signal?: AbortSignal;
  /** Sends no token, and doesn't sign out on 401. */
  withoutSession?: boolean;
}
