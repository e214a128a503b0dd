import type { StrokePoint, Strokes } from "../api/types";

export interface DrawnSignature {
  viewBox: string;
  /// Lines of one width each; where the digitiser gave no pressure there is one line a stroke.
  lines: { path: string; width: number }[];
}

const usualWidth = 0.011;
const fullPressure = 1000;

/// The signature as lines on a picture that is cut to what was written, with a little air.
export function drawSignature(strokes: Strokes): DrawnSignature {
  const points = strokes.strokes.flat();
  const xs = points.map((point) => point[0] ?? 0);
  const ys = points.map((point) => point[1] ?? 0);
  const left = points.reduce((least, _, index) => Math.min(least, xs[index]!), Infinity);
  const right = xs.reduce((most, x) => Math.max(most, x), -Infinity);
  const top = ys.reduce((least, y) => Math.min(least, y), Infinity);
  const bottom = ys.reduce((most, y) => Math.max(most, y), -Infinity);
  if (points.length === 0) return { viewBox: "0 0 1 1", lines: [] };
  const width = Math.max(right - left, bottom - top, 1);
  const air = width * 0.04;
  const pen = width * usualWidth;
  return {
    viewBox: [left - air, top - air, right - left + 2 * air, bottom - top + 2 * air].map(rounded).join(" "),
    lines: strokes.strokes.flatMap((stroke) => linesOf(stroke, pen)),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const at = (point: StrokePoint): string => `${rounded(point[0] ?? 0)} ${rounded(point[1] ?? 0)}`;

function linesOf(stroke: StrokePoint[], pen: number): { path: string; width: number }[] {
  const first = stroke[0];
  if (!first) return [];
  if (stroke.length === 1) return [{ path: `M${at(first)}h0.01`, width: pen }];
  const hasPressure = stroke.some((point) => point[3] !== undefined && point[3] > 0 && point[3] < fullPressure);
  if (!hasPressure) return [{ path: `M${stroke.map(at).join("L")}`, width: pen }];
  return stroke.slice(1).map((point, index) => {
    const before = stroke[index]!;
    const pressure = ((point[3] ?? fullPressure / 2) + (before[3] ?? fullPressure / 2)) / (2 * fullPressure);
    return { path: `M${at(before)}L${at(point)}`, width: rounded(pen * (0.5 + pressure)) };
  });
}
