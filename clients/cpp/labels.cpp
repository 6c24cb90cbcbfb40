#include "clients/cpp/labels.h"

#include <algorithm>

#include <map>

#include <google/protobuf/descriptor.h>

namespace muster {
namespace {

using Words = std::map<std::string_view, std::string_view>;

const Words& chinese_labels() {
    static const Words labels = {
        {"INCIDENT_TYPE_FIRE", "火灾"},
        {"INCIDENT_TYPE_FLOOD", "洪涝"},
        {"INCIDENT_TYPE_MEDICAL", "急救"},
        {"INCIDENT_TYPE_TRAFFIC", "交通事故"},
        {"INCIDENT_TYPE_HAZMAT", "危化品"},
        {"INCIDENT_TYPE_FOREST_FIRE", "森林火灾"},
        {"INCIDENT_TYPE_RESCUE", "救援"},
        {"INCIDENT_TYPE_PUBLIC_ORDER", "治安"},
        {"INCIDENT_TYPE_OTHER", "其他"},
        {"INCIDENT_GRADE_EXTREMELY_SERIOUS", "特别重大"},
        {"INCIDENT_GRADE_SERIOUS", "重大"},
        {"INCIDENT_GRADE_MAJOR", "较大"},
        {"INCIDENT_GRADE_ORDINARY", "一般"},
        {"INCIDENT_STATUS_REPORTED", "新报"},
        {"INCIDENT_STATUS_VERIFIED", "已核实"},
        {"INCIDENT_STATUS_ACTIVE", "处置中"},
        {"INCIDENT_STATUS_CONTAINED", "已控制"},
        {"INCIDENT_STATUS_CLOSED", "已结束"},
        {"RESPONSE_LEVEL_I", "Ⅰ"},
        {"RESPONSE_LEVEL_II", "Ⅱ"},
        {"RESPONSE_LEVEL_III", "Ⅲ"},
        {"RESPONSE_LEVEL_IV", "Ⅳ"},
        {"FIGURE_SUBJECT_DEAD", "死亡"},
        {"FIGURE_SUBJECT_INJURED", "受伤"},
        {"FIGURE_SUBJECT_SERIOUSLY_INJURED", "重伤"},
        {"FIGURE_SUBJECT_MISSING", "失联"},
        {"FIGURE_SUBJECT_TRAPPED", "被困"},
        {"FIGURE_SUBJECT_RESCUED", "获救"},
        {"FIGURE_SUBJECT_EVACUATED", "转移"},
        {"FIGURE_SUBJECT_AFFECTED", "受灾"},
        {"ORDER_STATUS_ISSUED", "已下达"},
        {"ORDER_STATUS_DELIVERED", "已送达"},
        {"ORDER_STATUS_ACKNOWLEDGED", "已签收"},
        {"ORDER_STATUS_ACCEPTED", "已接受"},
        {"ORDER_STATUS_EN_ROUTE", "在途"},
        {"ORDER_STATUS_ON_SCENE", "到场"},
        {"ORDER_STATUS_COMPLETE", "已完成"},
        {"ORDER_STATUS_DECLINED", "已拒绝"},
        {"ORDER_STATUS_RECALLED", "已撤回"},
        {"ORDER_STATUS_EXPIRED", "已过期"},
        {"ORDER_STATUS_SIGNED", "已签收"},
        {"ORDER_STATUS_IN_HAND", "办理中"},
        {"ORDER_STATUS_FEEDBACK", "已反馈"},
        {"ORDER_STATUS_DONE", "已办结"},
        {"ORDER_STEP_DELIVER", "送达"},
        {"ORDER_STEP_ACKNOWLEDGE", "签收"},
        {"ORDER_STEP_ACCEPT", "接受"},
        {"ORDER_STEP_EN_ROUTE", "出发"},
        {"ORDER_STEP_ON_SCENE", "到场"},
        {"ORDER_STEP_SIGN", "单位签收"},
        {"ORDER_STEP_IN_HAND", "办理"},
        {"ORDER_STEP_FEEDBACK", "反馈"},
        {"ORDER_STEP_DONE", "办结"},
        {"NEXT_MOVE_NONE", "不处理"},
        {"NEXT_MOVE_OFFER_NEXT", "推荐下一队"},
        {"NEXT_MOVE_ORDER_NEXT", "改派下一队"},
        {"NEXT_MOVE_EXPIRE", "过期"},
        {"ORDER_TARGET_TEAM", "队伍"},
        {"ORDER_TARGET_AGENCY", "单位"},
        {"TEAM_STATUS_OFF_DUTY", "不在班"},
        {"TEAM_STATUS_AVAILABLE", "空闲"},
        {"TEAM_STATUS_ASSIGNED", "已派"},
        {"TEAM_STATUS_EN_ROUTE", "在途"},
        {"TEAM_STATUS_ON_SCENE", "到场"},
        {"TEAM_STATUS_OUT_OF_SERVICE", "停用"},
        {"CAPABILITY_FIRE", "消防"},
        {"CAPABILITY_MEDICAL", "急救"},
        {"CAPABILITY_POLICE", "公安"},
        {"CAPABILITY_FORESTRY", "森林消防"},
        {"CAPABILITY_WATER", "水务"},
        {"CAPABILITY_MARINE_RESCUE", "海上救援"},
        {"CAPABILITY_HAZMAT", "危化处置"},
        {"CAPABILITY_RESCUE", "救援"},
        {"ROLE_ADMIN", "管理员"},
        {"ROLE_COMMANDER", "指挥员"},
        {"ROLE_DISPATCHER", "调度员"},
        {"ROLE_MONITOR", "监控员"},
        {"ROLE_FIELD", "现场队伍"},
        {"ROLE_PARTNER", "联动单位"},
        {"STREAM_STATE_IDLE", "空闲"},
        {"STREAM_STATE_CONNECTING", "连接中"},
        {"STREAM_STATE_LIVE", "播放中"},
        {"STREAM_STATE_STALLED", "停滞"},
        {"STREAM_STATE_FAILED", "失败"},
        {"STREAM_STATE_UNSUPPORTED", "不支持"},
        {"STREAM_STATE_NO_NODE", "无媒体节点"},
        {"ROOM_STATUS_OPEN", "进行中"},
        {"ROOM_STATUS_CLOSED", "已关闭"},
        {"PARTICIPANT_STATUS_JOINED", "在会"},
        {"PARTICIPANT_STATUS_LEFT", "已离开"},
        {"PARTICIPANT_STATUS_REMOVED", "已移出"},
        {"POSITION_SOURCE_DEVICE", "终端"},
        {"POSITION_SOURCE_MANUAL", "人工"},
    };
    return labels;
}

const Words& chinese_headings() {
    static const Words headings = {
        {"id", "标识"},
        {"number", "编号"},
        {"type", "类型"},
        {"grade", "等级"},
        {"status", "状态"},
        {"place", "地点"},
        {"at", "位置"},
        {"text", "内容"},
        {"reported", "接报"},
        {"verified", "核实"},
        {"active", "处置"},
        {"contained", "控制"},
        {"closed", "办结"},
        {"team", "队伍"},
        {"incident", "事件"},
        {"issued", "下达"},
        {"delivered", "送达"},
        {"acknowledged", "签收"},
        {"accepted", "接受"},
        {"en route", "出发"},
        {"on scene", "到场"},
        {"complete", "完成"},
        {"ended", "终止"},
        {"overdue since", "超时自"},
        {"reason", "原因"},
        {"name", "名称"},
        {"capabilities", "能力"},
        {"since", "自"},
        {"home", "驻地"},
        {"order", "指令"},
        {"note", "说明"},
        {"post", "岗位"},
        {"role", "角色"},
        {"state", "状态"},
        {"url", "地址"},
        {"user", "用户"},
        {"stream", "码流"},
        {"rendition", "档位"},
        {"health", "健康"},
        {"viewers", "观看"},
        {"added", "添加"},
        {"when", "时间"},
        {"who", "人员"},
        {"what", "事项"},
        {"sequence", "序号"},
        {"method", "方法"},
        {"touched", "涉及"},
        {"peer", "来源"},
        {"watched", "所看"},
        {"from", "开始"},
        {"own", "本次"},
        {"revoked", "已结束"},
        {"arrival", "到达"},
        {"why", "依据"},
        {"needs", "编成"},
        {"border", "边界"},
        {"points", "点数"},
        {"recommended", "推荐"},
        {"not offered", "不可派"},
        {"equipment", "装备"},
        {"agency", "单位"},
        {"zone", "辖区"},
        {"junctions", "路口"},
        {"edges", "路段"},
        {"km", "公里"},
        {"cut off", "不可达路口"},
        {"expires", "到期"},
        {"build", "版本"},
        {"uptime", "运行时间"},
        {"entities", "实体"},
        {"archived", "已归档事件"},
        {"subscribers", "订阅者"},
        {"media_nodes", "媒体节点"},
        {"desk_p50_ms", "响应中位（毫秒）"},
        {"desk_p99_ms", "响应 p99（毫秒）"},
        {"disk_free", "磁盘剩余"},
        {"memory", "内存"},
        {"ca", "根证书"},
        {"fingerprint", "指纹"},
        {"until", "有效期至"},
        {"changes", "变更"},
        {"erased", "已抹除"},
        {"head", "链尾"},
        {"version", "版本"},
        {"title", "名称"},
        {"chair", "主持人"},
        {"standing", "常设"},
        {"opened", "开设"},
        {"closes", "将关闭"},
        {"joined", "加入"},
        {"left", "离开"},
        {"to", "对象"},
        {"signed", "签收"},
        {"in hand", "办理"},
        {"feedback", "反馈"},
        {"done", "办结"},
        {"due", "待办"},
        {"due at", "时限"},
        {"text version", "内容版本"},
        {"override", "强令理由"},
        {"follows", "后续指令"},
        {"part of", "上级指令"},
        {"steps", "环节"},
        {"step", "环节"},
        {"target", "对象"},
        {"above", "上级"},
        {"dissolved", "已撤销"},
        {"sender", "下达人"},
        {"told", "上报"},
        {"next", "下一步"},
        {"next team", "下一队"},
        {"seen", "已阅"},
        {"settled", "已了结"},
        {"reached", "已达"},
        {"behind", "未达"},
        {"late since", "超时自"},
        {"answer", "回报"},
        {"people", "人数"},
        {"entered by", "录入人"},
        {"started", "启动"},
        {"document", "文号"},
        {"authority", "发布单位"},
        {"level", "级别"},
        {"differs", "差异"},
        {"corrects", "更正"},
        {"recorded", "录入"},
        {"as of", "截至"},
        {"source", "来源"},
        {"value", "数值"},
        {"subject", "项目"},
        {"offered to", "待接指挥"},
        {"commander", "指挥长"},
        {"duplicates", "重复接报"},
        {"merged into", "并入"},
        {"graded by", "定级单位"},
    };
    return headings;
}

}  // namespace

std::optional<int> number_of_word(const EnumDescriptor& type, std::string_view word) {
    for (int i = 1; i < type.value_count(); ++i) {
        if (word_of(type, type.value(i)->number()) == word) return type.value(i)->number();
    }
    return std::nullopt;
}

std::vector<std::string> words_of(const EnumDescriptor& type) {
    std::vector<std::string> words;
    for (int i = 1; i < type.value_count(); ++i) {
        words.push_back(word_of(type, type.value(i)->number()));
    }
    return words;
}

std::string label_of(const EnumDescriptor& type, int number, Language language) {
    const auto* value = type.FindValueByNumber(number);
    if (value == nullptr) return std::to_string(number);
    if (number == 0) return "–";
    if (language == Language::english) {
        std::string text = word_of(type, number);
        std::replace(text.begin(), text.end(), '-', ' ');
        return text;
    }
    const auto found = chinese_labels().find(value->name());
    return std::string(found == chinese_labels().end() ? value->name() : found->second);
}

std::string heading(std::string_view english, Language language) {
    if (language == Language::english) return std::string(english);
    const auto found = chinese_headings().find(english);
    return std::string(found == chinese_headings().end() ? english : found->second);
}

}  // namespace muster
