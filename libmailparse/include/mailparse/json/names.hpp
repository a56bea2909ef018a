// The name of every member of every record, once.
// Layer: json. docs/schema/ describes the records; a test holds both together.
//
// A name that C++ reserves has a trailing word. Names that a record takes from the input (EHLO keywords, parameters)
// are not here.
#pragma once

#include <array>
#include <string_view>

#include <mailparse/json/json_name.hpp>

namespace mailparse::names {

// Every record.
inline constexpr JsonName alternatives{"alternatives"};
inline constexpr JsonName authors{"authors"};
inline constexpr JsonName because{"because"};
inline constexpr JsonName contents{"contents"};
inline constexpr JsonName readers{"readers"};
inline constexpr JsonName reading{"reading"};
inline constexpr JsonName readings{"readings"};
inline constexpr JsonName record{"record"};
inline constexpr JsonName schema{"schema"};
inline constexpr JsonName id{"id"};
inline constexpr JsonName source{"source"};
inline constexpr JsonName findings{"findings"};
inline constexpr JsonName bytes{"bytes"};  ///< stands in for a string whose octets are not UTF-8

// source{}
inline constexpr JsonName file{"file"};
inline constexpr JsonName format{"format"};
inline constexpr JsonName dialect{"dialect"};
inline constexpr JsonName dialect_confidence{"dialect_confidence"};
inline constexpr JsonName linktype{"linktype"};
inline constexpr JsonName index{"index"};

// Places and times.
inline constexpr JsonName at{"at"};
inline constexpr JsonName frame{"frame"};
inline constexpr JsonName offset{"offset"};
inline constexpr JsonName length{"length"};
inline constexpr JsonName side{"side"};

// A session.
inline constexpr JsonName protocol{"protocol"};
inline constexpr JsonName protocol_confidence{"protocol_confidence"};
inline constexpr JsonName kind{"kind"};
inline constexpr JsonName client{"client"};
inline constexpr JsonName server{"server"};
inline constexpr JsonName ip{"ip"};
inline constexpr JsonName port{"port"};
inline constexpr JsonName original{"original"};
inline constexpr JsonName peer_names{"names"};
inline constexpr JsonName mx_for{"mx_for"};
inline constexpr JsonName told_by{"told_by"};
inline constexpr JsonName too_long{"too_long"};
inline constexpr JsonName tunnel{"tunnel"};
inline constexpr JsonName target{"target"};
inline constexpr JsonName host{"host"};
inline constexpr JsonName community_id{"community_id"};
inline constexpr JsonName started{"started"};
inline constexpr JsonName ended{"ended"};
inline constexpr JsonName duration_s{"duration_s"};
inline constexpr JsonName first_frame{"first_frame"};
inline constexpr JsonName last_frame{"last_frame"};
inline constexpr JsonName complete{"complete"};
inline constexpr JsonName ending{"ending"};
inline constexpr JsonName greeting{"greeting"};
inline constexpr JsonName hello{"hello"};
inline constexpr JsonName verb{"verb"};
inline constexpr JsonName name{"name"};
inline constexpr JsonName extensions{"extensions"};
inline constexpr JsonName tls{"tls"};
inline constexpr JsonName offered{"offered"};
inline constexpr JsonName requested{"requested"};
inline constexpr JsonName accepted{"accepted"};
inline constexpr JsonName implicit{"implicit"};
inline constexpr JsonName decrypted{"decrypted"};
inline constexpr JsonName undecrypted{"undecrypted"};
inline constexpr JsonName version{"version"};
inline constexpr JsonName version_offered{"version_offered"};
inline constexpr JsonName sni{"sni"};
inline constexpr JsonName alpn{"alpn"};
inline constexpr JsonName alpn_offered{"alpn_offered"};
inline constexpr JsonName cipher{"cipher"};
inline constexpr JsonName ciphers_offered{"ciphers_offered"};
inline constexpr JsonName ja3{"ja3"};
inline constexpr JsonName ja4{"ja4"};
inline constexpr JsonName certificate{"certificate"};
inline constexpr JsonName issuer{"issuer"};
inline constexpr JsonName sans{"sans"};
inline constexpr JsonName not_before{"not_before"};
inline constexpr JsonName not_after{"not_after"};
inline constexpr JsonName auth{"auth"};
inline constexpr JsonName mechanism{"mechanism"};
inline constexpr JsonName identity{"identity"};
inline constexpr JsonName octets{"octets"};
inline constexpr JsonName missing{"missing"};

// exchanges[]
inline constexpr JsonName exchanges{"exchanges"};
inline constexpr JsonName n{"n"};
inline constexpr JsonName command{"command"};
inline constexpr JsonName tag{"tag"};
inline constexpr JsonName text{"text"};
inline constexpr JsonName path{"path"};
inline constexpr JsonName params{"params"};
inline constexpr JsonName observed{"observed"};
inline constexpr JsonName elided{"elided"};
inline constexpr JsonName secrets{"secrets"};
inline constexpr JsonName replies{"replies"};
inline constexpr JsonName reply{"reply"};
inline constexpr JsonName more_replies{"more_replies"};
inline constexpr JsonName code{"code"};
inline constexpr JsonName status{"status"};
inline constexpr JsonName enhanced{"enhanced"};
inline constexpr JsonName latency_s{"latency_s"};
inline constexpr JsonName exchanges_left_out{"exchanges_left_out"};
inline constexpr JsonName findings_left_out{"findings_left_out"};

// transactions[] and retrievals[]
inline constexpr JsonName transactions{"transactions"};
inline constexpr JsonName mail_from{"mail_from"};
inline constexpr JsonName recipients{"recipients"};
inline constexpr JsonName address{"address"};
inline constexpr JsonName outcome{"outcome"};
inline constexpr JsonName final_reply{"final"};
inline constexpr JsonName smuggled{"smuggled"};
inline constexpr JsonName retrievals{"retrievals"};
inline constexpr JsonName maildrop{"maildrop"};
inline constexpr JsonName marks{"marks"};
inline constexpr JsonName mark{"mark"};
inline constexpr JsonName mailbox{"mailbox"};
inline constexpr JsonName uid{"uid"};
inline constexpr JsonName pieces{"pieces"};
inline constexpr JsonName partial{"partial"};
inline constexpr JsonName message{"message"};
inline constexpr JsonName size{"size"};
inline constexpr JsonName sha256{"sha256"};
inline constexpr JsonName end_of_data{"end_of_data"};

// A message.
inline constexpr JsonName session{"session"};
inline constexpr JsonName transaction{"transaction"};
inline constexpr JsonName retrieval{"retrieval"};
inline constexpr JsonName headers{"headers"};
inline constexpr JsonName value{"value"};
inline constexpr JsonName raw{"raw"};
inline constexpr JsonName from{"from"};
inline constexpr JsonName sender{"sender"};
inline constexpr JsonName reply_to{"reply_to"};
inline constexpr JsonName to{"to"};
inline constexpr JsonName cc{"cc"};
inline constexpr JsonName bcc{"bcc"};
inline constexpr JsonName group{"group"};
inline constexpr JsonName subject{"subject"};
inline constexpr JsonName date{"date"};
inline constexpr JsonName utc{"utc"};
inline constexpr JsonName message_id{"message_id"};
inline constexpr JsonName in_reply_to{"in_reply_to"};
inline constexpr JsonName references{"references"};

// A message: resent[], list{}
inline constexpr JsonName return_path{"return_path"};
inline constexpr JsonName resent{"resent"};
inline constexpr JsonName list{"list"};

// received[]
inline constexpr JsonName received{"received"};
inline constexpr JsonName helo{"helo"};
inline constexpr JsonName ident{"ident"};
inline constexpr JsonName rdns{"rdns"};
inline constexpr JsonName by{"by"};
inline constexpr JsonName via{"via"};
inline constexpr JsonName with{"with"};
inline constexpr JsonName for_mailbox{"for"};
inline constexpr JsonName delay_s{"delay_s"};

// parts[], attachments[], urls[]
inline constexpr JsonName parts{"parts"};
inline constexpr JsonName type{"type"};
inline constexpr JsonName charset{"charset"};
inline constexpr JsonName charset_used{"charset_used"};
inline constexpr JsonName charset_confidence{"charset_confidence"};
inline constexpr JsonName origin{"origin"};
inline constexpr JsonName embedded{"embedded"};
inline constexpr JsonName encoding{"encoding"};
inline constexpr JsonName disposition{"disposition"};
inline constexpr JsonName filename{"filename"};
inline constexpr JsonName header_length{"header_length"};
inline constexpr JsonName body_offset{"body_offset"};
inline constexpr JsonName body_length{"body_length"};
inline constexpr JsonName decoded_size{"decoded_size"};
inline constexpr JsonName md5{"md5"};
inline constexpr JsonName sniffed_type{"sniffed_type"};
inline constexpr JsonName attachments{"attachments"};
inline constexpr JsonName urls{"urls"};
inline constexpr JsonName url{"url"};
inline constexpr JsonName addresses{"addresses"};
inline constexpr JsonName domains{"domains"};
inline constexpr JsonName domain{"domain"};
inline constexpr JsonName ips{"ips"};
inline constexpr JsonName observables_left_out{"observables_left_out"};
inline constexpr JsonName part{"part"};

// second_opinion{}
inline constexpr JsonName reader{"reader"};
inline constexpr JsonName detail{"detail"};
inline constexpr JsonName differences{"differences"};
inline constexpr JsonName what{"what"};
inline constexpr JsonName ours{"ours"};
inline constexpr JsonName theirs{"theirs"};
inline constexpr JsonName flags{"flags"};
inline constexpr JsonName second_opinion{"second_opinion"};

// parts[].delivery_status{}, disposition_notification{}, feedback_report{}
inline constexpr JsonName delivery_status{"delivery_status"};
inline constexpr JsonName disposition_notification{"disposition_notification"};
inline constexpr JsonName feedback_report{"feedback_report"};
inline constexpr JsonName envelope_id{"envelope_id"};
inline constexpr JsonName reporting_mta{"reporting_mta"};
inline constexpr JsonName gateway{"gateway"};
inline constexpr JsonName received_from_mta{"received_from_mta"};
inline constexpr JsonName arrival{"arrival"};
inline constexpr JsonName final_recipient{"final_recipient"};
inline constexpr JsonName original_recipient{"original_recipient"};
inline constexpr JsonName action{"action"};
inline constexpr JsonName remote_mta{"remote_mta"};
inline constexpr JsonName diagnostic{"diagnostic"};
inline constexpr JsonName note{"note"};
inline constexpr JsonName last_attempt{"last_attempt"};
inline constexpr JsonName will_retry_until{"will_retry_until"};
inline constexpr JsonName log_id{"log_id"};
inline constexpr JsonName fields{"fields"};
inline constexpr JsonName returned{"returned"};
inline constexpr JsonName user_agent{"user_agent"};
inline constexpr JsonName original_message_id{"original_message_id"};
inline constexpr JsonName action_mode{"action_mode"};
inline constexpr JsonName sending_mode{"sending_mode"};
inline constexpr JsonName modifiers{"modifiers"};
inline constexpr JsonName errors{"errors"};
inline constexpr JsonName feedback_type{"feedback_type"};
inline constexpr JsonName source_ip{"source_ip"};
inline constexpr JsonName incidents{"incidents"};
inline constexpr JsonName uris{"uris"};
inline constexpr JsonName authentication_results{"authentication_results"};
inline constexpr JsonName auth_failure{"auth_failure"};
inline constexpr JsonName delivery_result{"delivery_result"};

// partial{}: partial, id, total
inline constexpr JsonName fragment{"fragment"};
inline constexpr JsonName fragments{"fragments"};

// parts[].protection{}
inline constexpr JsonName protection{"protection"};
inline constexpr JsonName signers{"signers"};
inline constexpr JsonName serial{"serial"};
inline constexpr JsonName digest{"digest"};
inline constexpr JsonName signing_time{"signing_time"};
inline constexpr JsonName signature{"signature"};

// signatures[], arc
inline constexpr JsonName signatures{"signatures"};
inline constexpr JsonName arc{"arc"};
inline constexpr JsonName instance{"instance"};
inline constexpr JsonName instances{"instances"};
inline constexpr JsonName selector{"selector"};
inline constexpr JsonName algorithm{"algorithm"};
inline constexpr JsonName canonicalization{"canonicalization"};
inline constexpr JsonName result{"result"};
inline constexpr JsonName reason{"reason"};
inline constexpr JsonName body_matches{"body_matches"};
inline constexpr JsonName header_verifies{"header_verifies"};
inline constexpr JsonName signed_octets{"signed_octets"};
inline constexpr JsonName unsigned_octets{"unsigned_octets"};
inline constexpr JsonName signed_at{"signed_at"};
inline constexpr JsonName expires{"expires"};
inline constexpr JsonName key{"key"};
inline constexpr JsonName bits{"bits"};
inline constexpr JsonName spf{"spf"};
inline constexpr JsonName dmarc{"dmarc"};
inline constexpr JsonName policy{"policy"};
inline constexpr JsonName spf_aligned{"spf_aligned"};
inline constexpr JsonName dkim_aligned{"dkim_aligned"};

// findings[]
inline constexpr JsonName severity{"severity"};
inline constexpr JsonName rfc{"rfc"};
inline constexpr JsonName count{"count"};

// An event.
inline constexpr JsonName event{"event"};
inline constexpr JsonName finding{"finding"};

// An input, and the summary of a run. What became of frames is named by to_string(FrameFate), flows by
// to_string(TrafficKind).
inline constexpr JsonName wrapping{"wrapping"};
inline constexpr JsonName inputs{"inputs"};
inline constexpr JsonName frames{"frames"};
inline constexpr JsonName read{"read"};
inline constexpr JsonName decoded{"decoded"};
inline constexpr JsonName skipped{"skipped"};
inline constexpr JsonName lines{"lines"};
inline constexpr JsonName connections{"connections"};
inline constexpr JsonName conversations{"conversations"};
inline constexpr JsonName half_open{"half_open"};
inline constexpr JsonName without_octets{"without_octets"};
inline constexpr JsonName evicted{"evicted"};
inline constexpr JsonName flows{"flows"};
inline constexpr JsonName captures{"captures"};
inline constexpr JsonName total{"total"};
inline constexpr JsonName framing{"framing"};
inline constexpr JsonName damaged{"damaged"};
inline constexpr JsonName packets{"packets"};
inline constexpr JsonName tcp{"tcp"};
inline constexpr JsonName payload{"payload"};
inline constexpr JsonName from_fragments{"from_fragments"};
inline constexpr JsonName delivered{"delivered"};
inline constexpr JsonName repeated{"repeated"};
inline constexpr JsonName conflicting{"conflicting"};
inline constexpr JsonName keep_alive{"keep_alive"};
inline constexpr JsonName before_start{"before_start"};
inline constexpr JsonName after_fin{"after_fin"};
inline constexpr JsonName out_of_window{"out_of_window"};
inline constexpr JsonName refused{"refused"};
inline constexpr JsonName late{"late"};
inline constexpr JsonName stray{"stray"};
inline constexpr JsonName transcripts{"transcripts"};
inline constexpr JsonName sessions{"sessions"};
inline constexpr JsonName messages{"messages"};

// Zeek's smtp.log. docs/schema/zeek.json
namespace zeek {
inline constexpr JsonName ts{"ts"};
inline constexpr JsonName uid{"uid"};
inline constexpr JsonName id_orig_h{"id.orig_h"};
inline constexpr JsonName id_orig_p{"id.orig_p"};
inline constexpr JsonName id_resp_h{"id.resp_h"};
inline constexpr JsonName id_resp_p{"id.resp_p"};
inline constexpr JsonName trans_depth{"trans_depth"};
inline constexpr JsonName helo{"helo"};
inline constexpr JsonName mailfrom{"mailfrom"};
inline constexpr JsonName rcptto{"rcptto"};
inline constexpr JsonName date{"date"};
inline constexpr JsonName from{"from"};
inline constexpr JsonName to{"to"};
inline constexpr JsonName cc{"cc"};
inline constexpr JsonName reply_to{"reply_to"};
inline constexpr JsonName msg_id{"msg_id"};
inline constexpr JsonName in_reply_to{"in_reply_to"};
inline constexpr JsonName subject{"subject"};
inline constexpr JsonName x_originating_ip{"x_originating_ip"};
inline constexpr JsonName first_received{"first_received"};
inline constexpr JsonName second_received{"second_received"};
inline constexpr JsonName last_reply{"last_reply"};
inline constexpr JsonName path{"path"};
inline constexpr JsonName user_agent{"user_agent"};
inline constexpr JsonName tls{"tls"};
inline constexpr JsonName fuids{"fuids"};
}  // namespace zeek

// Suricata's EVE. docs/schema/eve.json
namespace eve {
inline constexpr JsonName timestamp{"timestamp"};
inline constexpr JsonName flow_id{"flow_id"};
inline constexpr JsonName pcap_cnt{"pcap_cnt"};
inline constexpr JsonName event_type{"event_type"};
inline constexpr JsonName src_ip{"src_ip"};
inline constexpr JsonName src_port{"src_port"};
inline constexpr JsonName dest_ip{"dest_ip"};
inline constexpr JsonName dest_port{"dest_port"};
inline constexpr JsonName proto{"proto"};
inline constexpr JsonName ip_v{"ip_v"};
inline constexpr JsonName pkt_src{"pkt_src"};
inline constexpr JsonName tx_id{"tx_id"};
inline constexpr JsonName app_proto{"app_proto"};
inline constexpr JsonName community_id{"community_id"};
inline constexpr JsonName smtp{"smtp"};
inline constexpr JsonName helo{"helo"};
inline constexpr JsonName mail_from{"mail_from"};
inline constexpr JsonName rcpt_to{"rcpt_to"};
inline constexpr JsonName email{"email"};
inline constexpr JsonName status{"status"};
inline constexpr JsonName from{"from"};
inline constexpr JsonName to{"to"};
inline constexpr JsonName cc{"cc"};
inline constexpr JsonName bcc{"bcc"};
inline constexpr JsonName reply_to{"reply_to"};
inline constexpr JsonName subject{"subject"};
inline constexpr JsonName date{"date"};
inline constexpr JsonName message_id{"message_id"};
inline constexpr JsonName in_reply_to{"in_reply_to"};
inline constexpr JsonName references{"references"};
inline constexpr JsonName received{"received"};
inline constexpr JsonName x_mailer{"x_mailer"};
inline constexpr JsonName user_agent{"user_agent"};
inline constexpr JsonName x_originating_ip{"x_originating_ip"};
inline constexpr JsonName importance{"importance"};
inline constexpr JsonName priority{"priority"};
inline constexpr JsonName sensitivity{"sensitivity"};
inline constexpr JsonName organization{"organization"};
inline constexpr JsonName content_md5{"content_md5"};
inline constexpr JsonName body_md5{"body_md5"};
inline constexpr JsonName subject_md5{"subject_md5"};
inline constexpr JsonName attachment{"attachment"};
inline constexpr JsonName url{"url"};
inline constexpr JsonName pop3{"pop3"};
inline constexpr JsonName request{"request"};
inline constexpr JsonName command{"command"};
inline constexpr JsonName args{"args"};
inline constexpr JsonName response{"response"};
inline constexpr JsonName success{"success"};
inline constexpr JsonName header{"header"};
inline constexpr JsonName data{"data"};
}  // namespace eve

// Documents of the Elastic Common Schema. docs/schema/ecs.json
namespace ecs {
inline constexpr JsonName timestamp{"@timestamp"};
inline constexpr JsonName ecs{"ecs"};
inline constexpr JsonName version{"version"};
inline constexpr JsonName event{"event"};
inline constexpr JsonName kind{"kind"};
inline constexpr JsonName category{"category"};
inline constexpr JsonName type{"type"};
inline constexpr JsonName module_name{"module"};
inline constexpr JsonName dataset{"dataset"};
inline constexpr JsonName action{"action"};
inline constexpr JsonName outcome{"outcome"};
inline constexpr JsonName code{"code"};
inline constexpr JsonName reason{"reason"};
inline constexpr JsonName start{"start"};
inline constexpr JsonName end{"end"};
inline constexpr JsonName duration{"duration"};
inline constexpr JsonName source{"source"};
inline constexpr JsonName destination{"destination"};
inline constexpr JsonName client{"client"};
inline constexpr JsonName server{"server"};
inline constexpr JsonName address{"address"};
inline constexpr JsonName ip{"ip"};
inline constexpr JsonName port{"port"};
inline constexpr JsonName network{"network"};
inline constexpr JsonName transport{"transport"};
inline constexpr JsonName protocol{"protocol"};
inline constexpr JsonName community_id{"community_id"};
inline constexpr JsonName tls{"tls"};
inline constexpr JsonName established{"established"};
inline constexpr JsonName version_protocol{"version_protocol"};
inline constexpr JsonName cipher{"cipher"};
inline constexpr JsonName next_protocol{"next_protocol"};
inline constexpr JsonName server_name{"server_name"};
inline constexpr JsonName ja3{"ja3"};
inline constexpr JsonName hash{"hash"};
inline constexpr JsonName sha256{"sha256"};
inline constexpr JsonName md5{"md5"};
inline constexpr JsonName subject{"subject"};
inline constexpr JsonName issuer{"issuer"};
inline constexpr JsonName not_before{"not_before"};
inline constexpr JsonName not_after{"not_after"};
inline constexpr JsonName user{"user"};
inline constexpr JsonName name{"name"};
inline constexpr JsonName email{"email"};
inline constexpr JsonName from{"from"};
inline constexpr JsonName sender{"sender"};
inline constexpr JsonName reply_to{"reply_to"};
inline constexpr JsonName to{"to"};
inline constexpr JsonName cc{"cc"};
inline constexpr JsonName bcc{"bcc"};
inline constexpr JsonName message_id{"message_id"};
inline constexpr JsonName origination_timestamp{"origination_timestamp"};
inline constexpr JsonName x_mailer{"x_mailer"};
inline constexpr JsonName content_type{"content_type"};
inline constexpr JsonName attachments{"attachments"};
inline constexpr JsonName file{"file"};
inline constexpr JsonName extension{"extension"};
inline constexpr JsonName mime_type{"mime_type"};
inline constexpr JsonName size{"size"};
inline constexpr JsonName related{"related"};
inline constexpr JsonName hosts{"hosts"};
inline constexpr JsonName log{"log"};
inline constexpr JsonName path{"path"};
inline constexpr JsonName mailparse{"mailparse"};
inline constexpr JsonName session{"session"};
inline constexpr JsonName complete{"complete"};
inline constexpr JsonName ending{"ending"};
inline constexpr JsonName helo{"helo"};
inline constexpr JsonName retrieval{"retrieval"};
inline constexpr JsonName transaction{"transaction"};
inline constexpr JsonName smuggled{"smuggled"};
inline constexpr JsonName mail_from{"mail_from"};
inline constexpr JsonName rcpt_to{"rcpt_to"};
}  // namespace ecs

// Columns of the table of sessions, in their order. docs/views.md
inline constexpr auto csv_columns = std::to_array<std::string_view>({
    "session",      "protocol",       "file",        "started",         "ended",          "duration_s",
    "client_ip",    "client_port",    "server_ip",   "server_port",     "community_id",   "complete",
    "ending",       "helo",           "tls_version", "tls_server_name", "auth_mechanism", "auth_identity",
    "auth_outcome", "transactions",   "accepted",    "mail_from",       "recipients",     "subjects",
    "message_ids",  "message_sha256", "retrievals",  "client_octets",   "server_octets",  "missing_octets",
    "findings",
});

}  // namespace mailparse::names
