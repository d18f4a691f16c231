import assert from "node:assert/strict";
import { test } from "node:test";
import {
  brushRadius,
  draw,
  type Pen,
  paintedPercent,
  type Step,
  sinceCover,
  workScale,
} from "../../src/frontend/lib/mask.ts";

const size = { width: 2000, height: 1000 };

/** Writes down what it is told. */
function recorder(): { pen: Pen; told: string[] } {
  const told: string[] = [];
  const pen = {
    globalCompositeOperation: "source-over",
    lineWidth: 0,
    fillRect: (...box: number[]) => told.push(`fill ${pen.globalCompositeOperation} ${box}`),
    clearRect: (...box: number[]) => told.push(`clear ${box}`),
    beginPath: () => undefined,
    moveTo: (x: number, y: number) => told.push(`move ${x},${y}`),
    lineTo: (x: number, y: number) => told.push(`line ${x},${y}`),
    stroke: () => told.push(`stroke ${pen.globalCompositeOperation} ${pen.lineWidth}`),
  };
  return { pen: pen as unknown as Pen, told };
}

function drawn(step: Step, scale = 0.5): string[] {
  const { pen, told } = recorder();
  draw(pen, step, size, scale, "black");
  assert.equal(pen.globalCompositeOperation, "source-over");
  return told;
}

test("a stroke is drawn at the size of the paper", () => {
  const points = [
    { x: 100, y: 200 },
    { x: 300, y: 200 },
  ];
  assert.deepEqual(drawn({ kind: "paint", radius: 40, points }), [
    "move 50,100",
    "line 150,100",
    "stroke source-over 40",
  ]);
  assert.deepEqual(drawn({ kind: "erase", radius: 40, points }, 1).at(-1), "stroke destination-out 80");
});

test("a press without a move leaves a dot", () => {
  assert.equal(drawn({ kind: "paint", radius: 1, points: [{ x: 4, y: 4 }] }).length, 3);
  assert.deepEqual(drawn({ kind: "paint", radius: 1, points: [] }), []);
});

test("everything, nothing and the reverse cover the whole paper", () => {
  assert.deepEqual(drawn({ kind: "all" }), ["fill source-over 0,0,1000,500"]);
  assert.deepEqual(drawn({ kind: "clear" }), ["clear 0,0,1000,500"]);
  assert.deepEqual(drawn({ kind: "invert" }), ["fill xor 0,0,1000,500"]);
});

test("the brush grows evenly from fine to coarse", () => {
  assert.equal(brushRadius(0, size), 10);
  assert.equal(brushRadius(100, size), 250);
  assert.equal(Math.round(brushRadius(50, size)), 50);
  assert.equal(brushRadius(0, { width: 20, height: 20 }), 1);
});

test("a large source is painted on at a smaller size", () => {
  assert.equal(workScale({ width: 3200, height: 100 }), 0.5);
  assert.equal(workScale({ width: 800, height: 600 }), 1);
});

test("the painted share counts opacity", () => {
  assert.equal(paintedPercent([0, 0, 0, 255, 0, 0, 0, 0]), 50);
  assert.equal(paintedPercent([]), 0);
});

test("steps before one that covers everything are forgotten", () => {
  const stroke: Step = { kind: "paint", radius: 1, points: [] };
  assert.deepEqual(sinceCover([stroke, { kind: "clear" }, stroke]), [{ kind: "clear" }, stroke]);
  assert.deepEqual(sinceCover([stroke, { kind: "invert" }]), [stroke, { kind: "invert" }]);
});
