import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/config/environment.ts';
import { startChromium } from '../support/chromium.ts';
import type { Gateway } from '../support/gateway.ts';
import { startAnsweringGateway } from '../support/gateway-clients.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { startWebPage } from '../support/web-page.ts';

const RESPONSE = '.result-window';
const RUN = '.graphiql-execute-button';
const HEADERS = 'section[aria-label="Headers"] .monaco-editor:visible';

const KEY = 'key-of-acme-0123456789';

describe('GraphiQL in a browser', () => {
  let browser: Browser;
  let keys: KeysFile;
  beforeAll(async () => {
    browser = await startChromium();
    keys = await writeKeysFile({ keys: [{ tenant: 'acme', key: KEY }] });
  });
  afterAll(async () => {
    await browser.close();
    await keys[Symbol.asyncDispose]();
  });

  const inProduction = (): Environment => ({
    NODE_ENV: 'production',
    GRAPHIQL_ENABLED: 'true',
    API_KEYS_FILE: keys.path,
  });

  it('runs the example query and the example subscription, and loads nothing from elsewhere', async () => {
    await using gateway = await startAnsweringGateway();
    await using page = await browser.newPage();
    const faults = watchFaults(page, gateway.origin);
    const sockets = watchSockets(page);

    await page.goto(gateway.origin);
    expect(page.url()).toBe(gateway.url);
    await runsTheQuery(page);
    expect(sockets).toEqual([]);
    await openTab(page, 'Follow');
    await runsTheSubscription(page);
    expect(sockets).toEqual([gateway.wsUrl]);
    expect(faults).toEqual([]);
  });

  it('runs both with the key that is typed among the headers, and keeps it nowhere', async () => {
    await using gateway = await startAnsweringGateway({ API_KEYS_FILE: keys.path });
    await using page = await browser.newPage();
    const sockets = watchSockets(page);

    await page.goto(gateway.url);
    await responseWith(page, 'UNAUTHENTICATED');
    await page.getByRole('button', { name: 'Headers' }).click();
    await typeKey(page);
    await runsTheQuery(page);
    await openTab(page, 'Follow');
    await typeKey(page);
    await runsTheSubscription(page);
    // The headers of a socket are no business of a page.
    expect(sockets).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(KEY);
  });

  it('is not shown without a key in production', async () => {
    await using gateway = await startAnsweringGateway(inProduction());
    for (const password of [null, 'guessed']) {
      await using page = await openPage(browser, password);
      const response = await page.goto(gateway.url);
      expect(response?.status()).toBe(401);
      expect(await response?.headerValue('www-authenticate')).toBe(
        'Basic realm="Sluice", charset="UTF-8"',
      );
      expect(await page.locator(RUN).count()).toBe(0);
    }
  });

  it('asks for the key in production, and runs both with what the browser was told', async () => {
    await using gateway = await startAnsweringGateway(inProduction());
    await using page = await openPage(browser, KEY);
    const faults = watchFaults(page, gateway.origin);
    await page.goto(gateway.url);
    await runsTheQuery(page);
    await openTab(page, 'Follow');
    await runsTheSubscription(page);
    // Introspection is off in production, which the page takes with one complaint.
    expect(faults.filter((fault) => !/status of 400/.test(fault))).toEqual([]);
  });

  it('gives no other page the use of the key that the browser keeps', async () => {
    await using gateway = await startAnsweringGateway(inProduction());
    await using page = await openPage(browser, KEY);
    await page.goto(gateway.url);
    await runsTheQuery(page);
    const callsBefore = gateway.upstream.calls.length;

    await using foreign = await startWebPage(formFor(gateway));
    const answers: Response[] = [];
    page.on('response', (response) => response.url() === gateway.url && answers.push(response));
    await page.goto(foreign.url);
    await page.click('button');
    await page.waitForURL(gateway.url);
    await page.goto(foreign.url);
    expect(await page.evaluate(callWithoutForm, gateway.url)).toBe('not opened');

    expect(answers.map((answer) => answer.status())).toEqual([403, 403, 403]);
    // Otherwise this would show nothing.
    expect(await answers[0]?.request().headerValue('authorization')).toMatch(/^Basic /);
    expect(gateway.upstream.calls).toHaveLength(callsBefore);
  });
});

async function openPage(browser: Browser, password: string | null): Promise<Page> {
  const httpCredentials = password === null ? null : { username: 'anyone', password };
  return browser.newPage(httpCredentials === null ? {} : { httpCredentials });
}

async function runsTheQuery(page: Page): Promise<void> {
  await page.click(RUN);
  await responseWith(page, '"generate"');
  await responseWith(page, 'It is Paris.');
}

async function runsTheSubscription(page: Page): Promise<void> {
  await page.click(RUN);
  await responseWith(page, 'GenerationFinished');
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await operationChosen(page, name);
}

/** In place of what stands among the headers for a key. */
async function typeKey(page: Page): Promise<void> {
  await page.click(HEADERS);
  for (const key of ['ControlOrMeta+Home', 'ArrowDown', 'End', 'ArrowLeft']) {
    await page.keyboard.press(key);
  }
  for (const _letter of 'YOUR-KEY') await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.insertText(KEY);
}

const GENERATE = '{ generate(input: { prompt: \\"Hi\\" }) { __typename } }';

/** A form whose body is JSON, and is sent without the server being asked first. */
function formFor({ url }: Gateway): string {
  return `<form method="post" enctype="text/plain" action="${url}">
    <input type="hidden" name='{ "query": "${GENERATE}", "operationName": "' value='" }'>
    <button>You have won</button>
  </form>`;
}

/** Runs in the page. What else it can send without being asked: a request, an image, a socket. */
async function callWithoutForm(url: string): Promise<string> {
  const query = 'mutation { generate(input: { prompt: "Hi" }) { __typename } }';
  const init = { mode: 'no-cors', credentials: 'include' } as const;
  await fetch(url, { ...init, method: 'POST', body: JSON.stringify({ query }) });
  await fetch(url, init);
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  return new Promise((resolve) => {
    socket.onopen = () => resolve('opened');
    socket.onerror = () => resolve('not opened');
  });
}

function watchSockets(page: Page): readonly string[] {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  return sockets;
}

/** Whatever should not happen on the page, as it happens. */
function watchFaults(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('requestfailed', (request) => {
    // The page itself cuts a stream of events that has ended.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
    faults.push(`failed: ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !url.startsWith(origin)) faults.push(`foreign: ${url}`);
  });
  return faults;
}

function responseWith(page: Page, text: string): Promise<void> {
  return page.locator(RESPONSE).filter({ hasText: text }).waitFor();
}

/** GraphiQL learns only a moment after it showed a tab which operation is in it. */
async function operationChosen(page: Page, name: string): Promise<void> {
  await page.waitForFunction((operation) => {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}');
    return tabs?.[activeTabIndex]?.operationName === operation;
  }, name);
}
