// The street network of the demonstration city: main roads as drawn, side streets as bent grids between them, joined into
// one connected graph. Throws when what comes out is not one.
import { angleBetween, angleOf, chance, crossing, distance, inside, nearest, resample, toLonLat } from './plane.mjs';

const snapMetres = 28;

/** Returns [{zh, en, class, type, coordinates (lon/lat)}]. */
export function buildStreets(city) {
    const main = city.mains.map((s) => ({ ...s, class: 'main', type: 'road' }));
    const ramps = city.ramps.map((s) => ({ ...s, class: 'street' }));
    const majors = [...main, ...ramps, ...city.quays];
    majors.forEach((s) => snapEnds(s, majors));
    let minors = city.grids.flatMap((g) => gridOf(g, city, majors));
    minors.forEach((s) => extendEnds(s, majors, city));
    let net = cross([...majors, ...minors]);
    net = thin(net);
    for (let round = 0; round < 12; ++round) {
        const before = net.length + net.reduce((n, s) => n + s.nodes.length, 0);
        net = trim(net);
        if (net.length + net.reduce((n, s) => n + s.nodes.length, 0) === before) break;
    }
    net = connected(net);
    return net.flatMap((s) => bridges(s, city)).map(({ zh, en, class: c, type, nodes }) => ({
        zh, en, class: c, type, coordinates: nodes.map((n) => n.lonlat),
    }));
}

/** An end that all but touches another street is put on it. */
function snapEnds(street, others) {
    for (const end of [0, street.line.length - 1]) {
        const p = street.line[end];
        let best = null;
        for (const o of others) {
            if (o === street) continue;
            const hit = nearest(p, o.line);
            if (hit.metres < 160 && (!best || hit.metres < best.metres)) best = { ...hit, o };
        }
        if (!best || Math.abs(p[0]) >= 7999 || Math.abs(p[1]) >= 5999) continue;
        street.line[end] = best.at;
        insertVertex(best.o.line, best.at);
    }
}

function insertVertex(line, at) {
    let where = -1;
    let best = Infinity;
    for (let i = 1; i < line.length; ++i) {
        const d = nearest(at, [line[i - 1], line[i]]).metres;
        if (d < best) [best, where] = [d, i];
    }
    if (distance(line[where], at) < 0.5) line[where] = at;
    else if (distance(line[where - 1], at) < 0.5) line[where - 1] = at;
    else line.splice(where, 0, at);
}

/** Two families of bent parallel lines within a district, cut where the ground is not open. */
function gridOf(g, city, majors) {
    const ring = city.districts.find((d) => d.id === g.district).ring;
    const xs = ring.map((p) => p[0]);
    const ys = ring.map((p) => p[1]);
    const mid = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    const reach = 9000;
    const turn = (g.angle * Math.PI) / 180;
    const place = (u, v) => {
        const bent = [u + g.warp * Math.sin(v / 900 + g.angle), v + g.warp * Math.sin(u / 1100 + 2 * g.angle)];
        return [
            mid[0] + bent[0] * Math.cos(turn) - bent[1] * Math.sin(turn),
            mid[1] + bent[0] * Math.sin(turn) + bent[1] * Math.cos(turn),
        ];
    };
    const open = (p) =>
        inside(p, ring) && city.openGround(p) && nearest(p, city.coast).metres > 150 &&
        nearest(p, city.riverInTown).metres > 200 && (!g.below || p[1] < g.below) && (!g.right || p[0] > g.right);
    const crowded = (a, b) => {
        const m = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
        return majors.some((s) => {
            const hit = nearest(m, s.line);
            return hit.metres < 105 && angleBetween(hit.angle, angleOf(a, b)) < 32;
        });
    };
    const out = [];
    for (const family of [0, 1]) {
        const count = Math.ceil(reach / g.gap[family]);
        for (let k = -count; k <= count; ++k) {
            const across = k * g.gap[family] + (chance(k, family, g.angle) - 0.5) * g.gap[family] * 0.35;
            let run = [];
            const flush = () => {
                if (run.length > 2) out.push({ class: 'street', type: 'road', line: run });
                run = [];
            };
            let previous = null;
            for (let along = -reach; along <= reach; along += 60) {
                const p = family === 0 ? place(across, along) : place(along, across);
                if (!open(p) || (previous && crowded(previous, p))) flush();
                else run.push(p);
                previous = p;
            }
            flush();
        }
    }
    // Blocks are not all alike: some stretches are never built.
    return out.flatMap((s) => {
        const pieces = [];
        let run = [];
        s.line.forEach((p, i) => {
            if (chance(p[0] / 420, p[1] / 420, i % 2, g.gap[0]) > g.keep * 1.08) {
                if (run.length > 3) pieces.push({ ...s, line: run });
                run = [];
            } else run.push(p);
        });
        if (run.length > 3) pieces.push({ ...s, line: run });
        return pieces;
    });
}

/** A side street that stops short of a main road is led to it. */
function extendEnds(street, majors, city) {
    const line = street.line;
    for (const front of [true, false]) {
        const end = front ? line[0] : line[line.length - 1];
        const before = front ? line[1] : line[line.length - 2];
        const d = distance(end, before) || 1;
        const to = [end[0] + ((end[0] - before[0]) / d) * 240, end[1] + ((end[1] - before[1]) / d) * 240];
        let best = null;
        for (const s of majors) {
            for (let i = 1; i < s.line.length; ++i) {
                const hit = crossing(end, to, s.line[i - 1], s.line[i]);
                if (hit && s.type === 'road' && (!best || hit.s < best.hit.s)) best = { hit, s };
            }
        }
        if (!best || !resample([end, best.hit.at], 20).every((p) => !inside(p, city.river) && inside(p, city.mainland))) continue;
        insertVertex(best.s.line, best.hit.at);
        if (front) line.unshift(best.hit.at);
        else line.push(best.hit.at);
    }
}

/** Turns lines into nodes that are shared where streets cross. */
function cross(streets) {
    const cuts = streets.map((s) => s.line.map(() => []));
    const cell = 400;
    const buckets = new Map();
    const pieces = [];
    streets.forEach((s, si) => {
        for (let i = 1; i < s.line.length; ++i) {
            const piece = { si, i, a: s.line[i - 1], b: s.line[i] };
            pieces.push(piece);
            for (let cx = Math.floor(Math.min(piece.a[0], piece.b[0]) / cell); cx <= Math.floor(Math.max(piece.a[0], piece.b[0]) / cell); ++cx)
                for (let cy = Math.floor(Math.min(piece.a[1], piece.b[1]) / cell); cy <= Math.floor(Math.max(piece.a[1], piece.b[1]) / cell); ++cy) {
                    const key = `${cx},${cy}`;
                    if (!buckets.has(key)) buckets.set(key, []);
                    buckets.get(key).push(piece);
                }
        }
    });
    const seen = new Set();
    for (const bucket of buckets.values())
        for (const p of bucket)
            for (const q of bucket) {
                if (p.si > q.si || (p.si === q.si && p.i >= q.i - 1)) continue;
                const key = `${p.si},${p.i},${q.si},${q.i}`;
                if (seen.has(key)) continue;
                seen.add(key);
                const hit = crossing(p.a, p.b, q.a, q.b);
                if (!hit) continue;
                cuts[p.si][p.i].push({ t: hit.s, at: hit.at });
                cuts[q.si][q.i].push({ t: hit.t, at: hit.at });
            }
    // Nodes that all but coincide become one, so that no crossing is doubled a few metres on.
    const nodes = [];
    const nodeBuckets = new Map();
    const nodeAt = (p) => {
        const [cx, cy] = [Math.floor(p[0] / 50), Math.floor(p[1] / 50)];
        for (let dx = -1; dx <= 1; ++dx)
            for (let dy = -1; dy <= 1; ++dy)
                for (const n of nodeBuckets.get(`${cx + dx},${cy + dy}`) ?? []) if (distance(n.at, p) < snapMetres) return n;
        const node = { at: p, lonlat: toLonLat(p), streets: new Set() };
        nodes.push(node);
        const key = `${cx},${cy}`;
        if (!nodeBuckets.has(key)) nodeBuckets.set(key, []);
        nodeBuckets.get(key).push(node);
        return node;
    };
    // Crossings first, so that they and not mere bends are what others are drawn to.
    cuts.forEach((line) => line.forEach((list) => list.forEach((c) => nodeAt(c.at))));
    return streets.map((s, si) => {
        const path = [];
        const push = (n) => {
            if (path[path.length - 1] !== n) path.push(n);
        };
        s.line.forEach((p, i) => {
            if (i > 0) cuts[si][i].sort((a, b) => a.t - b.t).forEach((c) => push(nodeAt(c.at)));
            push(nodeAt(p));
        });
        const street = { ...s, nodes: path };
        path.forEach((n) => n.streets.add(street));
        return street;
    });
}

/** Drops bends that do not bend. */
function thin(net) {
    for (const s of net) {
        const shared = (n) => n.streets.size > 1;
        const kept = [s.nodes[0]];
        for (let i = 1; i < s.nodes.length - 1; ++i) {
            const flat = nearest(s.nodes[i].at, [kept[kept.length - 1].at, s.nodes[i + 1].at]).metres < (s.class === 'main' ? 1.5 : 4);
            if (shared(s.nodes[i]) || !flat) kept.push(s.nodes[i]);
            else s.nodes[i].streets.delete(s);
        }
        kept.push(s.nodes[s.nodes.length - 1]);
        s.nodes = kept;
    }
    return net;
}

/** Side streets end at a crossing; what hangs loose goes. */
function trim(net) {
    return net.filter((s) => {
        if (s.class === 'main' || s.type === 'pier') return true;
        const degree = (n) => n.streets.size;
        while (s.nodes.length && degree(s.nodes[0]) < 2) s.nodes.shift().streets.delete(s);
        while (s.nodes.length && degree(s.nodes[s.nodes.length - 1]) < 2) s.nodes.pop().streets.delete(s);
        if (s.nodes.length >= 2) return true;
        s.nodes.forEach((n) => n.streets.delete(s));
        return false;
    });
}

/** Keeps what hangs together with the first main road; a main road that does not is a mistake in the drawing. */
function connected(net) {
    const reached = new Set([net[0]]);
    const queue = [net[0]];
    while (queue.length) for (const n of queue.pop().nodes) for (const s of n.streets) if (!reached.has(s)) { reached.add(s); queue.push(s); }
    const lost = net.filter((s) => !reached.has(s) && s.zh);
    if (lost.length) throw new Error(`not connected: ${lost.map((s) => s.zh).join(', ')}`);
    return net.filter((s) => reached.has(s));
}

/** Cuts a street where it runs over the river; throws when it runs into the sea. */
function bridges(street, city) {
    const out = [];
    const over = (a, b) => [0, 0.25, 0.5, 0.75, 1].some((t) => inside([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t], city.river));
    let run = [street.nodes[0]];
    let bridge = null;
    for (let i = 1; i < street.nodes.length; ++i) {
        const is = over(street.nodes[i - 1].at, street.nodes[i].at);
        if (bridge !== null && is !== bridge) {
            out.push({ ...street, type: bridge ? 'bridge' : street.type, nodes: run });
            run = [street.nodes[i - 1]];
        }
        bridge = is;
        run.push(street.nodes[i]);
    }
    out.push({ ...street, type: bridge ? 'bridge' : street.type, nodes: run });
    if (street.type !== 'pier')
        for (const n of street.nodes)
            if (!inside(n.at, city.mainland) && !inside(n.at, city.river))
                throw new Error(`${street.zh ?? 'a side street'} runs into the sea at ${n.at.map(Math.round)}`);
    if (street.class !== 'main' && out.some((s) => s.type === 'bridge')) throw new Error('a side street crosses the river');
    return out.filter((s) => s.nodes.length > 1);
}
