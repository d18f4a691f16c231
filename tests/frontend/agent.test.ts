import assert from "node:assert/strict";
import { test } from "node:test";
import { isHandheld, nameAgent } from "../../src/frontend/lib/agent.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const NAMES: [string, string | null][] = [
  ["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, "Chrome on Windows"],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    "Edge on Windows",
  ],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, "Chrome on ChromeOS"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36`, "Chrome on Linux"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  [
    "Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
    "Chrome on iPad",
  ],
  [
    `Mozilla/5.0 (Linux; Android 16; SM-S931B) ${WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet on Android",
  ],
  ["Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", "Firefox on Android"],
  [
    `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 OPR/124.0.0.0`,
    "Opera on Linux",
  ],
  ["python-httpx/0.28.1", "python-httpx"],
  ["curl/8.17.0", "curl"],
  ["Mozilla/5.0", null],
  ["", null],
  ["<script>", null],
];

test("browsers are named in words", () => {
  for (const [agent, name] of NAMES) assert.equal(nameAgent(agent), name, agent);
});

test("what is held in the hand is told from what stands on a desk", () => {
  const handheld = NAMES.map(([agent, name]) => [isHandheld(agent), name] as const)
    .filter(([held]) => held)
    .map(([, name]) => name);
  assert.deepEqual(handheld, [
    "Safari on iPhone",
    "Chrome on iPad",
    "Samsung Internet on Android",
    "Firefox on Android",
  ]);
});
