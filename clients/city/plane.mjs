// Plane geometry for the map's generator, in metres east and north of the city's centre.

const centre = [123.9, 30.0];
const metresPerDegree = 111195;
const lonScale = metresPerDegree * Math.cos((centre[1] * Math.PI) / 180);
const round6 = (x) => Math.round(x * 1e6) / 1e6;

export const toLonLat = ([x, y]) => [round6(centre[0] + x / lonScale), round6(centre[1] + y / metresPerDegree)];

export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

/** A Catmull-Rom curve through the points (centripetal enough for these), sampled about every `step` metres. */
export function spline(points, closedRing = false, step = 190) {
    const n = points.length;
    const at = (i) => (closedRing ? points[(i + n) % n] : points[Math.max(0, Math.min(n - 1, i))]);
    const out = [];
    const last = closedRing ? n : n - 1;
    for (let i = 0; i < last; ++i) {
        const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
        const pieces = Math.max(1, Math.round(distance(p1, p2) / step));
        for (let k = 0; k < pieces; ++k) {
            const t = k / pieces;
            const h = [0, 1].map((d) => {
                const m1 = (p2[d] - p0[d]) * 0.42;
                const m2 = (p3[d] - p1[d]) * 0.42;
                const [t2, t3] = [t * t, t * t * t];
                return (2 * t3 - 3 * t2 + 1) * p1[d] + (t3 - 2 * t2 + t) * m1 + (-2 * t3 + 3 * t2) * p2[d] + (t3 - t2) * m2;
            });
            out.push(h);
        }
    }
    if (!closedRing) out.push(points[n - 1]);
    return out;
}

/** The same line with its own vertices kept and none of its pieces longer than `step`. */
export function resample(line, step) {
    const out = [line[0]];
    for (let i = 1; i < line.length; ++i) {
        const pieces = Math.max(1, Math.ceil(distance(line[i - 1], line[i]) / step));
        for (let k = 1; k <= pieces; ++k) out.push(mix(line[i - 1], line[i], k / pieces));
    }
    return out;
}

export const clipAt = (line, keep) => line.filter(keep);

function normals(line) {
    return line.map((p, i) => {
        const a = line[Math.max(0, i - 1)];
        const b = line[Math.min(line.length - 1, i + 1)];
        const d = distance(a, b) || 1;
        return [-(b[1] - a[1]) / d, (b[0] - a[0]) / d];
    });
}

/** The outline of a band along a line; half(t) is half its width at t in 0..1. */
export function bufferLine(line, half) {
    const n = normals(line);
    const side = (sign) => line.map((p, i) => {
        const h = half(i / (line.length - 1)) * sign;
        return [p[0] + n[i][0] * h, p[1] + n[i][1] * h];
    });
    return [...side(1), ...side(-1).reverse()];
}
/** A line beside a line: `metres` to its left. */
bufferLine.side = (line, metres) => {
    const n = normals(line);
    return line.map((p, i) => [p[0] + n[i][0] * metres, p[1] + n[i][1] * metres]);
};

export function inside([x, y], ring) {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [a, b] = [ring[i], ring[j]];
        if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd;
    }
    return odd;
}

/** Where the pieces a-b and c-d cross: {at, s, t} with s along a-b and t along c-d; null when they do not. */
export function crossing(a, b, c, d) {
    const r = [b[0] - a[0], b[1] - a[1]];
    const q = [d[0] - c[0], d[1] - c[1]];
    const det = r[0] * q[1] - r[1] * q[0];
    if (Math.abs(det) < 1e-9) return null;
    const s = ((c[0] - a[0]) * q[1] - (c[1] - a[1]) * q[0]) / det;
    const t = ((c[0] - a[0]) * r[1] - (c[1] - a[1]) * r[0]) / det;
    if (s < 0 || s > 1 || t < 0 || t > 1) return null;
    return { at: [a[0] + r[0] * s, a[1] + r[1] * s], s, t };
}

/** The nearest point of a line: {at, metres, angle of the piece in degrees 0..180}. */
export function nearest(p, line) {
    let best = { at: line[0], metres: Infinity, angle: 0 };
    for (let i = 1; i < line.length; ++i) {
        const [a, b] = [line[i - 1], line[i]];
        const l2 = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2 || 1;
        const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / l2));
        const at = mix(a, b, t);
        const metres = distance(p, at);
        if (metres < best.metres) best = { at, metres, angle: angleOf(a, b) };
    }
    return best;
}

export const angleOf = (a, b) => ((Math.atan2(b[1] - a[1], b[0] - a[0]) * 180) / Math.PI + 180) % 180;
export const angleBetween = (a, b) => {
    const d = Math.abs(a - b) % 180;
    return Math.min(d, 180 - d);
};

/** A fixed hash of numbers to 0..1, in place of randomness. */
export function chance(...numbers) {
    let h = 2166136261;
    for (const n of numbers) {
        h ^= Math.round(n * 8);
        h = Math.imul(h, 16777619);
        h ^= h >>> 13;
    }
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}
