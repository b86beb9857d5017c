import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from '../support/chromium.ts';
import { startAnsweringGateway } from '../support/gateway-clients.ts';

const RESPONSE = '.result-window';
const RUN = '.graphiql-execute-button';

describe('GraphiQL in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('runs the example query and the example subscription, and loads nothing from elsewhere', async () => {
    await using gateway = await startAnsweringGateway();
    await using page = await browser.newPage();
    const faults = watchFaults(page, gateway.origin);
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));

    await page.goto(gateway.origin);
    expect(page.url()).toBe(gateway.url);
    await page.click(RUN);
    await responseWith(page, '"generate"');
    await responseWith(page, 'It is Paris.');
    expect(sockets).toEqual([]);

    await page.getByRole('tab', { name: 'Follow' }).click();
    await operationChosen(page, 'Follow');
    await page.click(RUN);
    await responseWith(page, 'GenerationFinished');
    expect(sockets).toEqual([gateway.wsUrl]);
    expect(faults).toEqual([]);
  });
});

/** Whatever should not happen on the page, as it happens. */
function watchFaults(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
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
