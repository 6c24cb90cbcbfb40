#include "clients/city/calls.h"

#include <vector>

#include "clients/city/geo.h"

namespace muster {
namespace {

// Where no street is this near nobody can drive to.
constexpr double kReachableM = 400;

struct Trouble {
    v1::IncidentType type;
    v1::IncidentGrade grade;
    // Types of places (make_map.mjs) where it happens.
    std::vector<std::string> places;
    std::vector<std::string> texts;
};

const std::vector<Trouble>& troubles() {
    static const std::vector<Trouble> all = {
        {v1::INCIDENT_TYPE_FIRE,
         v1::INCIDENT_GRADE_ORDINARY,
         {"warehouse", "market", "school", "works", "station", "office"},
         {"一楼冒浓烟，有焦糊味，人员正在疏散",
          "配电间起火，火势不大，已断电",
          "屋顶可见明火，据称内有人员被困",
          "电动车充电处起火，烟已进入楼道"}},
        {v1::INCIDENT_TYPE_MEDICAL,
         v1::INCIDENT_GRADE_UNSPECIFIED,
         {"station", "school", "market", "stadium", "office", "pier"},
         {"一名老人晕倒，意识不清，呼吸微弱",
          "一名男子从台阶摔下，腿部骨折",
          "疑似食物中毒，三人呕吐腹痛",
          "一人胸痛大汗，家属陪同"}},
        {v1::INCIDENT_TYPE_TRAFFIC,
         v1::INCIDENT_GRADE_ORDINARY,
         {"gate", "tunnel", "station", "market", "school", "hospital"},
         {"两车追尾，一人受伤，占用一条车道",
          "货车侧翻，货物散落，道路受阻",
          "电动车与轿车相撞，骑车人倒地不起",
          "公交车与护栏相撞，数名乘客轻伤"}},
        {v1::INCIDENT_TYPE_HAZMAT,
         v1::INCIDENT_GRADE_MAJOR,
         {"works", "warehouse", "pier"},
         {"储罐阀门渗漏，有刺鼻气味",
          "槽车卸料时泄漏，已停止作业并设警戒",
          "集装箱内冒白烟，品名不明"}},
        {v1::INCIDENT_TYPE_FLOOD,
         v1::INCIDENT_GRADE_ORDINARY,
         {"tunnel", "gate", "station"},
         {"路面积水约四十厘米，车辆抛锚", "排水口倒灌，水正漫向地下通道"}},
        {v1::INCIDENT_TYPE_FOREST_FIRE,
         v1::INCIDENT_GRADE_MAJOR,
         {"tower"},
         {"山坡可见烟点，风向偏北", "林缘枯草起火，正向坡上蔓延"}},
        {v1::INCIDENT_TYPE_RESCUE,
         v1::INCIDENT_GRADE_UNSPECIFIED,
         {"pier"},
         {"一人落水，抓住缆绳，体力不支", "小艇发动机失灵，艇上三人，正向外漂"}},
        {v1::INCIDENT_TYPE_RESCUE,
         v1::INCIDENT_GRADE_UNSPECIFIED,
         {"office", "hospital", "station"},
         {"电梯停在三四层之间，内有五人", "高处广告牌松动，下方行人较多"}},
        {v1::INCIDENT_TYPE_RESCUE,
         v1::INCIDENT_GRADE_UNSPECIFIED,
         {"works", "warehouse"},
         {"工人被困高处平台，无法下来", "货架倒塌，一人被压，意识清醒"}},
        {v1::INCIDENT_TYPE_PUBLIC_ORDER,
         v1::INCIDENT_GRADE_UNSPECIFIED,
         {"market", "stadium", "station"},
         {"散场人流拥堵，有人被挤倒", "数人争执推搡，围观者较多"}},
    };
    return all;
}

template <class List>
const auto& pick(const List& list, std::minstd_rand& random) {
    return list[random() % list.size()];
}

}  // namespace

Call make_call(const StreetMap& map, std::minstd_rand& random) {
    const Trouble& trouble = pick(troubles(), random);
    std::vector<const MapPlace*> fitting;
    for (const auto& place : map.places()) {
        const bool fits = std::find(trouble.places.begin(), trouble.places.end(), place.type) !=
                          trouble.places.end();
        if (fits && map.distance_to_street_m(place.at) < kReachableM) fitting.push_back(&place);
    }
    if (fitting.empty()) {
        return {
            trouble.type, trouble.grade, map.node_near({}, 0, 0), "", pick(trouble.texts, random)};
    }
    const MapPlace& place = *pick(fitting, random);
    // Beside the place rather than on its sign.
    const v1::Point at = map.node_near(place.at, 150, static_cast<uint32_t>(random()));
    return {trouble.type, trouble.grade, at, place.name_zh, pick(trouble.texts, random)};
}

}  // namespace muster
