#include "clients/city/roster.h"

namespace muster {

const std::vector<RosterTeam>& roster_teams() {
    using enum v1::Capability;
    static const std::vector<RosterTeam> teams = {
        {"消防一站", "fire-1", {CAPABILITY_FIRE, CAPABILITY_RESCUE}, "消防一站"},
        {"消防二站", "fire-2", {CAPABILITY_FIRE, CAPABILITY_RESCUE}, "消防二站"},
        {"消防三站", "fire-3", {CAPABILITY_FIRE, CAPABILITY_RESCUE}, "消防三站"},
        {"消防五站", "fire-5", {CAPABILITY_FIRE, CAPABILITY_RESCUE}, "消防五站", false, false},
        {"特勤消防站", "fire-6", {CAPABILITY_FIRE, CAPABILITY_HAZMAT}, "保税物流中心"},
        {"急救一组", "medic-1", {CAPABILITY_MEDICAL}, "市第一医院"},
        {"急救二组", "medic-2", {CAPABILITY_MEDICAL}, "港区医院"},
        {"急救三组", "medic-3", {CAPABILITY_MEDICAL}, "北城医院"},
        {"急救四组", "medic-4", {CAPABILITY_MEDICAL}, "海滨康复医院", false, false},
        {"急救五组", "medic-5", {CAPABILITY_MEDICAL}, "中心汽车站", true},
        {"港区巡逻组", "patrol-1", {CAPABILITY_POLICE}, "港区派出所", true},
        {"北城巡逻组", "patrol-2", {CAPABILITY_POLICE}, "北城派出所", true},
        {"西山巡逻组", "patrol-3", {CAPABILITY_POLICE}, "西山派出所", true},
        {"海滨巡逻组", "patrol-4", {CAPABILITY_POLICE}, "海滨派出所", false, false},
        {"中心交警组", "traffic-1", {CAPABILITY_POLICE}, "中心广场", true},
        {"港区交警组", "traffic-2", {CAPABILITY_POLICE}, "海关大楼", true},
        {"森林消防一队", "forest-1", {CAPABILITY_FORESTRY, CAPABILITY_FIRE}, "瞭望塔一号", true},
        {"森林消防二队", "forest-2", {CAPABILITY_FORESTRY}, "瞭望塔二号"},
        {"水务抢险队", "water-1", {CAPABILITY_WATER}, "自来水厂"},
        {"排涝抢险队", "water-2", {CAPABILITY_WATER}, "河口水闸"},
        {"海上搜救一队", "marine-1", {CAPABILITY_MARINE_RESCUE, CAPABILITY_WATER}, "一号码头"},
        {"海上搜救二队",
         "marine-2",
         {CAPABILITY_MARINE_RESCUE, CAPABILITY_WATER},
         "渔港码头",
         false,
         false},
        {"危化品处置队", "hazmat-1", {CAPABILITY_HAZMAT}, "港区油库"},
        {"综合救援队", "rescue-1", {CAPABILITY_RESCUE}, "体育场"},
    };
    return teams;
}

const std::vector<RosterSeat>& roster_seats() {
    static const std::vector<RosterSeat> seats = {
        {kAdminSeat, "00席 系统管理 seat 00", v1::ROLE_ADMIN},
        {"seat-01", "01席 指挥长 seat 01", v1::ROLE_COMMANDER},
        {"seat-02", "02席 调度员 seat 02", v1::ROLE_DISPATCHER},
        {"seat-03", "03席 视频监控 seat 03", v1::ROLE_MONITOR},
        {"seat-08", "08席 供电联动单位 seat 08", v1::ROLE_PARTNER, true, "供电公司 Power supply"},
        {kCallSeat, "09席 接警员（模拟） seat 09", v1::ROLE_DISPATCHER, false},
        {kParticipantSeats[0], "模拟与会者 01 simulated 01", v1::ROLE_MONITOR, false},
        {kParticipantSeats[1], "模拟与会者 02 simulated 02", v1::ROLE_MONITOR, false},
    };
    return seats;
}

const std::vector<RosterCamera>& roster_cameras() {
    static const std::vector<RosterCamera> cameras = {
        {"港区-07 东门", "港区东门"},
        {"港区-03 一号码头", "一号码头"},
        {"港区-12 油库", "港区油库"},
        {"中心-01 中心广场", "中心广场"},
        {"北城-02 北站广场", "北站"},
        {"海滨-05 滨海隧道", "滨海隧道"},
        {"海滨-09 河口水闸", "河口水闸"},
        {"西山-01 瞭望塔", "瞭望塔一号"},
    };
    return cameras;
}

const RosterCamera& roster_foreign_camera() {
    static const RosterCamera camera{"海事-21 灯塔（外接）", "灯塔"};
    return camera;
}

}  // namespace muster
