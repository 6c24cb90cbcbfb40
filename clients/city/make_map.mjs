// Makes clients/city/map.geojson: the demonstration city, which is nowhere (open water around 30.00 N, 123.90 E).
//
//   node clients/city/make_map.mjs            writes map.geojson beside this script
//   node clients/city/make_map.mjs --check    exits 1 when the file is not what the script makes
//
// The same input gives the same bytes; there is no randomness but a fixed hash. One FeatureCollection, WGS-84, lon/lat
// rounded to 1e-6 degrees. Feature properties:
//
//   kind      sea | land | district | green | water | street | place | label
//   name_zh, name_en   set on districts, named greens and waters, main streets, places and labels
//   sea       Polygon, everything that is not land
//   land      Polygon; type = mainland | island | pier | breakwater
//   district  Polygon; id = harbour | centre | north | hills | seafront. They tile the town, neighbours share vertices
//   green     Polygon; type = park | forest | hill | beach
//   water     Polygon; type = river | lake | basin
//   street    LineString; class = main | street; type = road | bridge | ramp | pier. Streets that meet have the vertex in
//             common, digit for digit, at crossings and at ends: equal coordinates are one node of the graph, neighbours
//             on a line are its edges, and the graph is connected. A bridge is a feature of its own
//   place     Point; type = school | hospital | station | warehouse | pier | gate | fire_station | police | market |
//             stadium | tower | tunnel | office | works; district = the district's id
//   label     Point; type = district | sea | river; what a map writes there
//
// Top-level members beside "features": "muster_map" {format: 1, centre, bounds, name_zh, name_en}.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStreets } from './make_streets.mjs';
import { bufferLine, clipAt, inside, resample, spline, toLonLat } from './plane.mjs';

// --- the ground, in metres east and north of the centre --------------------------------------------------------------

const coast = spline([
    [8000, 2900], [6900, 2350], [5900, 1850], [5150, 1000], [4500, 850], [4250, 250], [3700, -50], [3300, -600],
    [2500, -750], [1900, -1250], [1350, -1450], [600, -1800], [-300, -2150], [-1300, -2420], [-2300, -2900],
    [-3300, -3650], [-4000, -4500], [-4700, -5400], [-5150, -6000],
]);
const riverLine = spline([
    [1350, -1480], [1320, -700], [1180, 250], [900, 1250], [300, 2300], [-600, 3250], [-1150, 4300], [-1200, 5200],
    [-1500, 6000], [-2200, 9000], [-2600, 14000],
]);
const riverInTown = clipAt(riverLine, (p) => p[1] <= 6000);
const river = bufferLine(riverLine, (t) => 95 - 45 * t);
const upTo = (limit) => riverInTown.filter((p) => p[1] >= -1460 && p[1] <= limit);

const far = 26000;
const mainland = [
    [far, 11500], [15000, 6200], [10500, 4000], ...coast, [-6300, -7600], [-8200, -10500], [-11000, -far], [-far, -far],
    [-far, far], [far, far],
];
const sea = [
    [far, 11500], [15000, 6200], [10500, 4000], ...coast, [-6300, -7600], [-8200, -10500], [-11000, -far], [far, -far],
];
const island = spline([[6900, -2600], [7500, -2350], [7800, -2900], [7300, -3400], [6700, -3150]], true);
const lake = spline([[-6200, 3000], [-5400, 3250], [-5050, 2700], [-5500, 2250], [-6150, 2400]], true);
const basin = [[2880, -640], [3010, -180], [3330, -270], [3270, -560], [3150, -640]];

const piers = [
    { at: [4380, 480], to: [5050, -120], half: 55, zh: '一号码头', en: 'Pier 1' },
    { at: [3950, 20], to: [4620, -640], half: 55, zh: '二号码头', en: 'Pier 2' },
    { at: [3480, -330], to: [4150, -1050], half: 60, zh: '三号码头', en: 'Pier 3' },
    { at: [2300, -880], to: [2520, -1500], half: 40, zh: '渔港码头', en: 'Fishing Pier' },
    { at: [-1050, -2330], to: [-820, -2800], half: 14, zh: '海滨栈桥', en: 'Seafront Jetty' },
];
const breakwater = bufferLine(spline([[5150, 1000], [5900, 350], [6000, -700], [5500, -1500]]), () => 22);

const edge = {
    harbourNorth: spline([[210, 2420], [1500, 2600], [3400, 2950], [5600, 3800], [8000, 4400]]),
    centreNorth: spline([[210, 2420], [-900, 2650], [-2300, 2600], [-3700, 2500]]),
    northHills: spline([[-3700, 2500], [-4000, 3800], [-3900, 5000], [-4100, 6000]]),
    centreHills: spline([[-3700, 2500], [-3900, 1300], [-3750, 100], [-3500, -1000]]),
    centreSeafront: spline([[-3500, -1000], [-2000, -1250], [-700, -1000], [500, -620], [1290, -470]]),
    hillsSeafront: spline([[-3500, -1000], [-4300, -2400], [-5500, -4100], [-6400, -6000]]),
};
const back = (line) => [...line].reverse();
const mouthAt = coast.reduce((best, p, i) => (Math.abs(p[0] - 1350) < Math.abs(coast[best][0] - 1350) ? i : best), 0);
const riverTo = (low, high) => riverInTown.filter((p) => p[1] > low && p[1] < high);

const districts = [
    { id: 'harbour', zh: '港区', en: 'Harbour', label: [3500, 1750],
        ring: [...coast.slice(0, mouthAt + 1), ...riverTo(-1400, 2420), ...edge.harbourNorth] },
    { id: 'centre', zh: '中心区', en: 'Centre', label: [-1950, 1150],
        ring: [...edge.centreSeafront, ...riverTo(-470, 2420), ...edge.centreNorth, ...edge.centreHills.slice(1)] },
    { id: 'north', zh: '北城区', en: 'North City', label: [1200, 4950],
        ring: [...back(edge.harbourNorth), ...edge.centreNorth.slice(1), ...edge.northHills.slice(1), [8000, 6000]] },
    { id: 'hills', zh: '西山区', en: 'West Hills', label: [-5900, 1450],
        ring: [...edge.centreHills, ...edge.hillsSeafront.slice(1), [-8000, -6000], [-8000, 6000],
            ...back(edge.northHills)] },
    { id: 'seafront', zh: '海滨区', en: 'Seafront', label: [-2850, -2250],
        ring: [...coast.slice(mouthAt), ...back(edge.hillsSeafront), ...edge.centreSeafront.slice(1),
            ...back(riverTo(-1400, -470))] },
];

const greens = [
    { type: 'park', zh: '人民公园', en: 'People’s Park', ring: spline([[-2350, 150], [-1650, 220], [-1500, -420], [-1950, -620], [-2450, -350]], true) },
    { type: 'park', zh: '江心绿地', en: 'Riverside Green', ring: spline([[480, 1550], [680, 1380], [960, 700], [820, 640], [560, 1050]], true) },
    { type: 'park', zh: '北城体育公园', en: 'North Sports Park', ring: spline([[1900, 3900], [2650, 3950], [2700, 3350], [1950, 3300]], true) },
    { type: 'park', zh: '海关广场', en: 'Customs Square', ring: [[2020, 330], [2360, 400], [2420, 130], [2080, 60]] },
    { type: 'beach', zh: '金沙滩', en: 'Golden Beach', ring: bufferLine(coast.filter((p) => p[0] < -1200 && p[0] > -3500), () => 46) },
    { type: 'forest', zh: '青山林场', en: 'Qingshan Forest', ring: spline([[-7700, 900], [-6500, 1250], [-5350, 450], [-5000, -700], [-5600, -1900], [-6900, -2300], [-7800, -1200]], true) },
    { type: 'hill', zh: '西山', en: 'West Hill', ring: spline([[-7250, 250], [-6450, 450], [-6000, -300], [-6350, -1100], [-7100, -1000]], true) },
    { type: 'forest', zh: '水库林', en: 'Reservoir Wood', ring: spline([[-7700, 4000], [-6300, 4000], [-4800, 3500], [-4500, 2300], [-5300, 1800], [-6700, 1950], [-7700, 2800]], true) },
    { type: 'hill', zh: '南岭', en: 'South Ridge', ring: spline([[-7700, -3300], [-6500, -3100], [-5900, -4200], [-6600, -5500], [-7700, -5400]], true) },
    { type: 'forest', zh: '东丘', en: 'East Knoll', ring: spline([[5900, 5700], [7300, 5800], [7600, 5300], [6400, 4900], [5700, 5150]], true) },
];

// --- the streets ----------------------------------------------------------------------------------------------------

const along = (metres) => bufferLine.side(riverInTown.filter((p) => p[1] > -1250 && p[1] < 5900), metres);
const mains = [
    ['滨海大道', 'Coast Road', [[8000, 3450], [6800, 2850], [5700, 2400], [4750, 1750], [4000, 1250], [3350, 620], [2600, 60], [1950, -420], [1330, -830], [600, -1330], [-300, -1700], [-1300, -1980], [-2300, -2450], [-3200, -3100], [-4000, -4000], [-4800, -5000], [-5500, -6000]]],
    ['环城路', 'Ring Road', [[2550, 1450], [1800, 2600], [350, 3150], [-1500, 3150], [-2900, 2200], [-3350, 700], [-2950, -700], [-1900, -1180], [-600, -950], [600, -420], [1250, -180], [2050, 560], [2550, 1450]]],
    ['中央大道', 'Central Avenue', [[-8000, 1650], [-6600, 1500], [-5000, 1000], [-3350, 700], [-1800, 520], [-300, 460], [1150, 480], [2050, 560], [3000, 950], [4000, 1250]]],
    ['北站大街', 'Station Avenue', [[-1000, -1880], [-850, -1020], [-800, 480], [-1100, 1800], [-1700, 3130], [-2250, 4400], [-2500, 6000]]],
    ['江东路', 'River East Road', along(-230)],
    ['江西路', 'River West Road', along(230)],
    ['港前路', 'Quay Road', [[4900, 1400], [4480, 1050], [4150, 520], [3680, 180], [3380, -60], [2780, -60], [2640, -480], [2150, -800], [1950, -420]]],
    ['港北路', 'Harbour North Road', [[2550, 1450], [3600, 2250], [5200, 3150], [6700, 3900], [8000, 4700]]],
    ['北环高架', 'North Viaduct', [[-8000, 4550], [-6000, 4350], [-4300, 4150], [-2150, 4150], [-1080, 4150], [700, 4250], [2900, 4250], [5200, 4500], [8000, 5350]]],
    ['和平路', 'Peace Road', [[-3200, -260], [-2600, -760], [-1300, -720], [-830, -560], [200, -250], [600, -420]]],
    ['人民路', 'People’s Road', [[250, -1490], [120, -620], [20, 460], [-150, 1600], [-160, 2560]]],
    ['文化路', 'Culture Road', [[-3230, 1500], [-2200, 1450], [-1000, 1480], [-130, 1500], [500, 1560], [960, 1500], [1700, 1480], [2550, 1450]]],
    ['船坞路', 'Dockyard Road', [[4480, 1050], [4750, 1750], [4650, 2850], [4200, 3700], [4150, 4400], [4000, 6000]]],
    ['西山路', 'West Hills Road', [[-3350, 700], [-4200, 150], [-4700, -500], [-4600, -1400], [-5200, -2400], [-6200, -2700], [-7000, -2700], [-8000, -2300]]],
    ['林场路', 'Forest Road', [[-5000, 1000], [-5600, 500], [-6200, 700], [-6900, 100], [-6300, -600], [-6900, -1300], [-6300, -1900], [-6200, -2700]]],
    ['水库路', 'Reservoir Road', [[-5000, 1000], [-4750, 1900], [-4700, 2900], [-5300, 3600], [-6000, 4350]]],
    ['南岭路', 'South Ridge Road', [[-3200, -3100], [-4100, -2950], [-4900, -2900], [-5200, -2400]]],
    ['海滨西路', 'Seafront West Road', [[-2950, -700], [-3300, -1500], [-3500, -2300], [-4100, -2950], [-4700, -3900], [-4800, -5000]]],
    ['东丘路', 'East Knoll Road', [[5200, 3150], [5350, 3900], [5200, 4500], [5400, 5200], [5500, 6000]]],
    ['北城大街', 'North City Street', [[350, 3150], [900, 3600], [700, 4250], [800, 5200], [700, 6000]]],
    ['体育路', 'Stadium Road', [[1800, 2600], [1750, 3500], [2900, 4250], [2800, 5200], [2900, 6000]]],
].map(([zh, en, line]) => ({ zh, en, line: line.length > 40 ? resample(line, 150) : spline(line, false, 130) }));

const ramps = [
    ['港区北匝道', 'Harbour Ramp North', [[4400, 1500], [4620, 1480], [4700, 1300], [4620, 1180]]],
    ['港区中匝道', 'Harbour Ramp Centre', [[3500, 770], [3780, 640], [3850, 420], [3760, 250]]],
    ['港区南匝道', 'Harbour Ramp South', [[2450, -70], [2620, -170], [2720, -260], [2700, -330]]],
    ['北环匝道', 'Viaduct Ramp', [[1750, 3500], [1500, 3950], [1250, 4150], [950, 4260]]],
].map(([zh, en, line]) => ({ zh, en, type: 'ramp', line: spline(line, false, 70) }));

const quays = [
    { zh: '一号码头路', en: 'Pier 1 Road', line: [[4150, 520], [4380, 480], [4980, -60]] },
    { zh: '二号码头路', en: 'Pier 2 Road', line: [[3780, 240], [3950, 20], [4550, -570]] },
    { zh: '三号码头路', en: 'Pier 3 Road', line: [[3380, -60], [3480, -330], [4080, -970]] },
    { zh: '渔港路', en: 'Fishing Harbour Road', line: [[2210, -760], [2300, -880], [2500, -1430]] },
].map((q) => ({ ...q, type: 'pier', class: 'street', line: resample(q.line, 200) }));

const grids = [
    { district: 'centre', angle: 4, gap: [250, 330], keep: 0.9, warp: 60 },
    { district: 'harbour', angle: 34, gap: [300, 400], keep: 0.9, warp: 50 },
    { district: 'seafront', angle: -27, gap: [300, 300], keep: 0.895, warp: 45 },
    { district: 'north', angle: -8, gap: [380, 440], keep: 0.893, warp: 90, below: 5750 },
    { district: 'hills', angle: 18, gap: [480, 620], keep: 0.87, warp: 160, right: -4000 },
];

const openGround = (p) =>
    inside(p, mainland) && !inside(p, river) && !inside(p, lake) && !inside(p, basin) &&
    !greens.some((g) => inside(p, g.ring)) && Math.abs(p[0]) < 7900;

const streets = buildStreets({ mains, ramps, quays, grids, districts, coast, openGround, river, riverInTown, mainland, piers });

// --- places ---------------------------------------------------------------------------------------------------------

const places = [
    ['warehouse', '码头1号仓库', 'Dock Warehouse 1', 4050, 640], ['warehouse', '码头2号仓库', 'Dock Warehouse 2', 3600, 330],
    ['warehouse', '码头3号仓库', 'Dock Warehouse 3', 3560, -200], ['warehouse', '保税物流中心', 'Bonded Logistics Centre', 5300, 2700],
    ['warehouse', '粮库', 'Grain Depot', 2800, 2050], ['works', '港区油库', 'Harbour Oil Terminal', 5000, 1600],
    ['works', '东方船厂', 'Dongfang Shipyard', 4300, 900], ['works', '自来水厂', 'Waterworks', -4650, 2450],
    ['works', '污水处理厂', 'Sewage Works', 1650, -880], ['pier', '一号码头', 'Pier 1', 4700, 180],
    ['pier', '二号码头', 'Pier 2', 4280, -310], ['pier', '三号码头', 'Pier 3', 3800, -680],
    ['pier', '渔港码头', 'Fishing Pier', 2420, -1200], ['pier', '海滨栈桥', 'Seafront Jetty', -930, -2560],
    ['gate', '港区东门', 'Harbour East Gate', 4700, 1480], ['gate', '港区西门', 'Harbour West Gate', 2700, -30],
    ['gate', '河口水闸', 'River Mouth Sluice', 1240, -1080], ['gate', '水库泄洪闸', 'Reservoir Spillway', -5000, 2850],
    ['station', '北站', 'North Railway Station', -1900, 3700], ['station', '中心汽车站', 'Central Coach Station', -2500, 900],
    ['station', '港湾地铁站', 'Harbour Metro Station', 2700, 1050], ['station', '海滨轻轨站', 'Seafront Light Rail Stop', -1900, -1950],
    ['hospital', '市第一医院', 'First City Hospital', -500, 1000], ['hospital', '港区医院', 'Harbour Hospital', 3150, 1500],
    ['hospital', '北城医院', 'North City Hospital', 1200, 3650], ['hospital', '海滨康复医院', 'Seafront Rehabilitation Hospital', -3100, -2600],
    ['school', '实验小学', 'Experimental Primary School', -1500, 1050], ['school', '第二中学', 'Second Middle School', -2500, -950],
    ['school', '港区中学', 'Harbour Middle School', 3800, 1950], ['school', '北城小学', 'North City Primary School', 400, 4700],
    ['school', '海洋大学', 'Ocean University', -2500, -1800], ['school', '西山学校', 'West Hills School', -4500, 600],
    ['fire_station', '消防一站', 'Fire Station 1', 3300, 900], ['fire_station', '消防二站', 'Fire Station 2', -1250, 200],
    ['fire_station', '消防三站', 'Fire Station 3', 1600, 3100], ['fire_station', '消防五站', 'Fire Station 5', -2700, -1450],
    ['police', '港区派出所', 'Harbour Police Station', 2500, 1100], ['police', '北城派出所', 'North City Police Station', -700, 3600],
    ['police', '西山派出所', 'West Hills Police Station', -4300, 350], ['police', '海滨派出所', 'Seafront Police Station', -900, -1650],
    ['market', '中心广场', 'Central Plaza', -350, 300], ['market', '海鲜市场', 'Seafood Market', 2050, -560],
    ['market', '北城集市', 'North City Market', 2200, 4600], ['stadium', '体育场', 'City Stadium', 2300, 3620],
    ['tower', '瞭望塔一号', 'Watch Tower 1', -6700, -350], ['tower', '瞭望塔二号', 'Watch Tower 2', -5800, -1300],
    ['tower', '灯塔', 'Lighthouse', 7250, -2900], ['tunnel', '滨海隧道', 'Coast Tunnel', -3700, -3700],
    ['office', '市政府', 'City Hall', -1000, 700], ['office', '海关大楼', 'Customs House', 2300, 250],
];
const districtOf = (p) => districts.find((d) => inside(p, d.ring))?.id ?? 'harbour';

// --- out ------------------------------------------------------------------------------------------------------------

const closed = (ring) => {
    const points = ring.map(toLonLat);
    return [...points, points[0]];
};
const area = (kind, ring, more) => ({
    type: 'Feature', properties: { kind, ...more }, geometry: { type: 'Polygon', coordinates: [closed(ring)] },
});
const point = (kind, at, more) => ({
    type: 'Feature', properties: { kind, ...more }, geometry: { type: 'Point', coordinates: toLonLat(at) },
});
const named = (x) => (x.zh ? { name_zh: x.zh, name_en: x.en } : {});

const features = [
    area('sea', sea, { name_zh: '港湾', name_en: 'The Bay' }),
    area('land', mainland, { type: 'mainland' }),
    area('land', island, { type: 'island', name_zh: '灯塔岛', name_en: 'Lighthouse Island' }),
    ...piers.map((p) => area('land', bufferLine([p.at, p.to], () => p.half), { type: 'pier', ...named(p) })),
    area('land', breakwater, { type: 'breakwater', name_zh: '防波堤', name_en: 'Breakwater' }),
    ...districts.map((d) => area('district', d.ring, { id: d.id, ...named(d) })),
    ...greens.map((g) => area('green', g.ring, { type: g.type, ...named(g) })),
    area('water', river, { type: 'river', name_zh: '青江', name_en: 'Qing River' }),
    area('water', lake, { type: 'lake', name_zh: '西山水库', name_en: 'West Hills Reservoir' }),
    area('water', basin, { type: 'basin', name_zh: '港池', name_en: 'Dock Basin' }),
    ...streets.map((s) => ({
        type: 'Feature',
        properties: { kind: 'street', class: s.class, type: s.type, ...named(s) },
        geometry: { type: 'LineString', coordinates: s.coordinates },
    })),
    ...places.map(([type, zh, en, x, y]) =>
        point('place', [x, y], { type, district: districtOf([x, y]), name_zh: zh, name_en: en })),
    ...districts.map((d) => point('label', d.label, { type: 'district', ...named(d) })),
    point('label', [4300, -3300], { type: 'sea', name_zh: '港 湾', name_en: 'The Bay' }),
    point('label', [-700, 3380], { type: 'river', name_zh: '青江', name_en: 'Qing River' }),
];
for (const [type, zh, , x, y] of places) {
    const dry = inside([x, y], mainland) && !inside([x, y], river) && !inside([x, y], lake);
    const onLand = dry || inside([x, y], island) || piers.some((p) => inside([x, y], bufferLine([p.at, p.to], () => p.half)));
    if (!onLand) throw new Error(`place ${zh} (${type}) stands in the water`);
}

const [west, south] = toLonLat([-8000, -6000]);
const [east, north] = toLonLat([8000, 6000]);
const head = {
    type: 'FeatureCollection',
    muster_map: {
        format: 1, name_zh: '演示城市', name_en: 'Demonstration city', centre: toLonLat([0, 0]),
        bounds: [west, south, east, north],
    },
};
const text =
    JSON.stringify(head).slice(0, -1) + ',"features":[\n' + features.map((f) => JSON.stringify(f)).join(',\n') + '\n]}\n';
const target = join(dirname(fileURLToPath(import.meta.url)), 'map.geojson');
if (process.argv.includes('--check')) {
    if (readFileSync(target, 'utf8') !== text) {
        console.error('map.geojson is not what make_map.mjs makes; run it again');
        process.exit(1);
    }
} else {
    writeFileSync(target, text);
    const nodes = streets.reduce((n, s) => n + s.coordinates.length, 0);
    console.log(`${features.length} features, ${streets.length} streets, ${nodes} street vertices, ${text.length} bytes`);
}
