import { describe, expect, test } from 'vitest';
import { Client } from './client';
import { NoAnswer, Problem } from './problem';
import type { Session, SessionStore } from './session';

const ACCOUNT = {
  id: '530627101203',
  region: { code: '530627101203', name: '云岭村', level: 'village' },
  role: 'officer',
  name: null,
  position: null,
  phone: null,
  profile_complete: true,
} as const;

class MemorySessions implements SessionStore {
  session: Session | undefined;
  load = () => Promise.resolve(this.session);
  save = (session: Session) => Promise.resolve(void (this.session = session));
  clear = () => Promise.resolve(void (this.session = undefined));
}

type Handler = (request: { method: string; path: string; headers: Headers; body: unknown }) => Response | Promise<Response>;

function setUp(handler: Handler, expiresAt = 1e15, patience = 5000) {
  const sessions = new MemorySessions();
  sessions.session = { accessToken: 'a1', refreshToken: 'r1', expiresAt, account: ACCOUNT };
  let signedOut = 0;
  const client = new Client({
    origin: 'https://api.test',
    sessions,
    language: () => 'en',
    onSignedOut: () => signedOut++,
    now: () => 1_000_000,
    patience,
    fetch: async (input, init) =>
      handler({
        method: init?.method ?? 'GET',
        path: String(input).replace('https://api.test', ''),
        headers: new Headers(init?.headers),
        body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      }),
  });
  return { client, sessions, signedOut: () => signedOut };
}

const json = (body: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const renewed = (n: number) => json({ access_token: `a${n}`, refresh_token: `r${n}`, expires_in: 900, account: ACCOUNT });

describe('a request', () => {
  test('carries token, language, key, version, path and query', async () => {
    const { client } = setUp(({ method, path, headers, body }) => json({ method, path, body, headers: Object.fromEntries(headers) }));
    const answer = await client.put('/v1/households/{id}/verification', {
      path: { id: '530627101203-1' },
      body: { result: 'secured' },
      idempotencyKey: 'k',
      ifMatch: 3,
    });
    expect(answer).toMatchObject({
      method: 'PUT',
      path: '/v1/households/530627101203-1/verification',
      body: { result: 'secured' },
      headers: { authorization: 'Bearer a1', 'accept-language': 'en', 'idempotency-key': 'k', 'if-match': '"3"' },
    });
    const list = await client.get('/v1/households', { query: { limit: 100, state: 'pending' } });
    expect(list).toMatchObject({ path: '/v1/households?limit=100&state=pending' });
  });

  test('that is refused tells all that is wrong, the current record and when to come again', async () => {
    const problem = { code: 'invalid', title: 't', detail: 'd', errors: [{ pointer: '/note', code: 'note_required', detail: 'x' }], current: { version: 4 } };
    const { client } = setUp(() => json(problem, 412, { 'retry-after': '7', 'x-request-id': 'req' }));
    const failure = await client.get('/v1/me', {}).catch((failure: unknown) => failure);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ status: 412, code: 'invalid', errors: problem.errors, current: { version: 4 }, retryAfter: 7, requestId: 'req' });
  });

  test('that nobody answers is given up in the end', async () => {
    const { client } = setUp(() => new Promise(() => undefined), 1e15, 20);
    await expect(client.get('/v1/me', {})).rejects.toBeInstanceOf(NoAnswer);
  });

  test.each([
    ['a broken connection', () => Promise.reject(new TypeError('failed to fetch'))],
    ['an answer that breaks off', () => new Response('{"a":', { status: 200 })],
  ])('without answer (%s) is told apart from one that was refused', async (_, handler) => {
    const { client } = setUp(handler);
    await expect(client.get('/v1/me', {})).rejects.toBeInstanceOf(NoAnswer);
  });

  test("of the gateway's, without a problem in it, still has status and code", async () => {
    const { client } = setUp(() => new Response('<html>busy</html>', { status: 503 }));
    await expect(client.get('/v1/me', {})).rejects.toMatchObject({ status: 503, code: 'status_503' });
  });
});

describe('a session', () => {
  test('is renewed once for requests that come together, and stored before it is used', async () => {
    let renewals = 0;
    const stored: string[] = [];
    const { client, sessions } = setUp(({ path, headers, body }) => {
      if (path === '/v1/sessions/refresh') {
        renewals++;
        expect(body).toEqual({ refresh_token: 'r1' });
        return renewed(2);
      }
      stored.push(`${headers.get('authorization')} ${sessions.session?.refreshToken}`);
      return json({});
    }, 0);
    await Promise.all([client.get('/v1/me', {}), client.get('/v1/me', {}), client.get('/v1/me', {})]);
    expect(renewals).toBe(1);
    expect(stored).toEqual(['Bearer a2 r2', 'Bearer a2 r2', 'Bearer a2 r2']);
  });

  test('is renewed when the server has had enough of it, and the request sent again', async () => {
    const { client } = setUp(({ path, headers }) =>
      path === '/v1/sessions/refresh' ? renewed(2) : headers.get('authorization') === 'Bearer a2' ? json({ ok: true }) : json({ code: 'unauthorized' }, 401),
    );
    expect(await client.get('/v1/me', {})).toEqual({ ok: true });
  });

  test('that another tab renewed is taken over, not renewed again', async () => {
    const { client, sessions } = setUp(({ path, headers }) => {
      expect(path).toBe('/v1/me');
      if (headers.get('authorization') === 'Bearer a1') {
        sessions.session = { accessToken: 'a2', refreshToken: 'r2', expiresAt: 1e15, account: ACCOUNT };
        return json({ code: 'unauthorized' }, 401);
      }
      return json({ ok: true });
    });
    expect(await client.get('/v1/me', {})).toEqual({ ok: true });
  });

  test('that can no longer be renewed signs out, but is kept while nobody answers', async () => {
    const over = setUp(() => json({ code: 'unauthorized' }, 401), 0);
    await expect(over.client.get('/v1/me', {})).rejects.toMatchObject({ status: 401 });
    expect(over.signedOut()).toBe(1);
    const offline = setUp(() => Promise.reject(new TypeError('offline')), 0);
    await expect(offline.client.get('/v1/me', {})).rejects.toBeInstanceOf(NoAnswer);
    expect(offline.signedOut()).toBe(0);
    expect(offline.sessions.session?.refreshToken).toBe('r1');
  });

  test('that ends is cleared here even where the server cannot be reached', async () => {
    const { client, sessions } = setUp(() => Promise.reject(new TypeError('offline')));
    await client.signOut();
    expect(sessions.session).toBeUndefined();
  });
});
