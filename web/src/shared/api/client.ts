import type { AnswerOf, Method, PathOf, RequestOf, Schema } from './operations';
import { NoAnswer, Problem, problemOf } from './problem';
import { oneTabAtATime, sessionOf, type Account, type Session, type SessionStore } from './session';

export interface ClientOptions {
  /** What paths are appended to; empty for the page's own origin. */
  origin: string;
  sessions: SessionStore;
  /** `zh-CN` or `en`: the language of problems. */
  language: () => string;
  /** The session is over and can't be renewed: the reader has to sign in. */
  onSignedOut: () => void;
  fetch?: typeof fetch;
  now?: () => number;
  /** Milliseconds without an answer after which a request is given up. */
  patience?: number;
}

/** Tokens are renewed this much before they end: phones' clocks drift, requests take time. */
const RENEW_BEFORE = 30_000;
const SESSION_LOCK = 'anju-session';

/** The only code that speaks to the API. */
export class Client {
  private renewal: Promise<Session> | undefined;
  private readonly fetch: typeof fetch;
  private readonly now: () => number;

  constructor(private readonly options: ClientOptions) {
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.now = options.now ?? Date.now;
  }

  get<P extends PathOf<'get'>>(path: P, request: RequestOf<'get', P>): Promise<AnswerOf<'get', P>> {
    return this.request('get', path, request);
  }

  post<P extends PathOf<'post'>>(path: P, request: RequestOf<'post', P>): Promise<AnswerOf<'post', P>> {
    return this.request('post', path, request);
  }

  put<P extends PathOf<'put'>>(path: P, request: RequestOf<'put', P>): Promise<AnswerOf<'put', P>> {
    return this.request('put', path, request);
  }

  delete<P extends PathOf<'delete'>>(path: P, request: RequestOf<'delete', P>): Promise<AnswerOf<'delete', P>> {
    return this.request('delete', path, request);
  }

  /** Signs in. The password is sent and kept nowhere. */
  async signIn(body: { account: string; password: string; captcha_id?: string; captcha?: string }): Promise<Account> {
    const answer = await this.post('/v1/sessions', { body, withoutSession: true });
    await this.options.sessions.save(sessionOf(answer, this.now()));
    return answer.account;
  }

  /** Ends the session, here in any case and on the server if it can be reached. */
  async signOut(): Promise<void> {
    const session = await this.options.sessions.load();
    await this.options.sessions.clear();
    if (session) {
      await this.send('delete', '/v1/sessions', {}, session.accessToken).catch(() => undefined);
    }
  }

  account(): Promise<Account | undefined> {
    return this.options.sessions.load().then((session) => session?.account);
  }

  /** Notes what the first sign-in, or a change of the profile, made of the account. */
  async accountChanged(account: Account): Promise<void> {
    const session = await this.options.sessions.load();
    if (session) {
      await this.options.sessions.save({ ...session, account });
    }
  }

  /** A request whose answer isn't JSON, such as a QR code. */
  async raw<P extends PathOf<'get'>>(path: P, request: RequestOf<'get', P>): Promise<Response> {
    return this.carriedOut('get', path, request);
  }

  private async request<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    request: RequestOf<M, P>,
  ): Promise<AnswerOf<M, P>> {
    const answer = await this.carriedOut(method, path, request as AnyRequest);
    if (answer.status === 204) {
      return undefined as AnswerOf<M, P>;
    }
    try {
      return (await answer.json()) as AnswerOf<M, P>;
    } catch (cause) {
      // The connection broke within the body, or something on the way answered in the API's place.
      throw new NoAnswer(cause);
    }
  }

  private async carriedOut(method: Method, path: string, request: AnyRequest): Promise<Response> {
    if (request.withoutSession) {
      return this.successful(await this.send(method, path, request, undefined));
    }
    const session = await this.fresh();
    const answer = await this.send(method, path, request, session.accessToken);
    if (answer.status !== 401) {
      return this.successful(answer);
    }
    const renewed = await this.renew(session);
    return this.successful(await this.send(method, path, request, renewed.accessToken));
  }

  private async successful(answer: Response): Promise<Response> {
    if (answer.ok) {
      return answer;
    }
    const problem = await problemOf(answer);
    if (problem.status === 401 && problem.code === 'unauthorized') {
      this.options.onSignedOut();
    }
    throw problem;
  }

  private async fresh(): Promise<Session> {
    const session = await this.options.sessions.load();
    if (!session) {
      this.options.onSignedOut();
      throw new Problem(401, 'unauthorized', '', '', [], undefined, undefined, undefined);
    }
    return session.expiresAt - RENEW_BEFORE > this.now() ? session : this.renew(session);
  }

  /** One renewal at a time: an older refresh token ends the session. */
  private renew(old: Session): Promise<Session> {
    this.renewal ??= oneTabAtATime(SESSION_LOCK, () => this.renewed(old)).finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async renewed(old: Session): Promise<Session> {
    const stored = await this.options.sessions.load();
    if (stored && stored.accessToken !== old.accessToken && stored.expiresAt > this.now()) {
      return stored; // another tab was quicker
    }
    const token = (stored ?? old).refreshToken;
    const answer = await this.send('post', '/v1/sessions/refresh', { body: { refresh_token: token } }, undefined);
    const body = (await (await this.successful(answer)).json().catch((cause: unknown) => {
      throw new NoAnswer(cause);
    })) as Schema<'Session'>;
    const session = sessionOf(body, this.now());
    // Before its first use: from then on the predecessor is worth nothing.
    await this.options.sessions.save(session);
    return session;
  }

  private async send(method: Method, path: string, request: AnyRequest, token: string | undefined): Promise<Response> {
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    try {
      return await this.patient(request.signal, (signal) =>
        this.fetch(this.options.origin + address(path, request), {
          method: method.toUpperCase(),
          headers: headers(request, token, this.options.language()),
          body,
          ...(signal && { signal }),
          cache: 'no-store',
          credentials: 'omit',
        }),
      );
    } catch (cause) {
      throw new NoAnswer(cause);
    }
  }

  /** Waits for an answer, not for ever. Browsers before 2018 can't end a request; they only stop waiting for it. */
  private patient(outer: AbortSignal | undefined, ask: (signal?: AbortSignal) => Promise<Response>): Promise<Response> {
    const ending = typeof AbortController === 'undefined' ? undefined : new AbortController();
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        ending?.abort();
        reject(new Error('given up'));
      };
      const timer = setTimeout(giveUp, this.options.patience ?? 30_000);
      outer?.addEventListener('abort', giveUp);
      const settled = () => {
        clearTimeout(timer);
        outer?.removeEventListener('abort', giveUp);
      };
      ask(ending?.signal).then(resolve, reject).then(settled, settled);
    });
  }
}

interface AnyRequest {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  ifMatch?: number | '*';
  signal?: AbortSignal;
  withoutSession?: boolean;
}

function address(path: string, request: AnyRequest): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(request.path?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      query.set(name, String(value));
    }
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

function headers(request: AnyRequest, token: string | undefined, language: string): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-language': language,
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
    ...(request.ifMatch !== undefined && { 'if-match': request.ifMatch === '*' ? '*' : `"${request.ifMatch}"` }),
  };
}
