// The name of every member of every record, once.
// Layer: json. docs/schema/ describes the records; a test holds both together.
//
// A name that C++ reserves has a trailing word. Names that a record takes from the input (EHLO keywords, parameters)
// are not here.
#pragma once

#include <array>
#include <string_view>

namespace mailparse::names {

// Every record.
inline constexpr std::string_view alternatives = "alternatives";
inline constexpr std::string_view authors = "authors";
inline constexpr std::string_view because = "because";
inline constexpr std::string_view contents = "contents";
inline constexpr std::string_view readers = "readers";
inline constexpr std::string_view reading = "reading";
inline constexpr std::string_view readings = "readings";
inline constexpr std::string_view record = "record";
inline constexpr std::string_view schema = "schema";
inline constexpr std::string_view id = "id";
inline constexpr std::string_view source = "source";
inline constexpr std::string_view findings = "findings";
inline constexpr std::string_view bytes = "bytes";  ///< stands in for a string whose octets are not UTF-8

// source{}
inline constexpr std::string_view file = "file";
inline constexpr std::string_view format = "format";
inline constexpr std::string_view dialect = "dialect";
inline constexpr std::string_view dialect_confidence = "dialect_confidence";
inline constexpr std::string_view linktype = "linktype";
inline constexpr std::string_view index = "index";

// Places and times.
inline constexpr std::string_view at = "at";
inline constexpr std::string_view frame = "frame";
inline constexpr std::string_view offset = "offset";
inline constexpr std::string_view length = "length";
inline constexpr std::string_view side = "side";

// A session.
inline constexpr std::string_view protocol = "protocol";
inline constexpr std::string_view protocol_confidence = "protocol_confidence";
inline constexpr std::string_view kind = "kind";
inline constexpr std::string_view client = "client";
inline constexpr std::string_view server = "server";
inline constexpr std::string_view ip = "ip";
inline constexpr std::string_view port = "port";
inline constexpr std::string_view original = "original";
inline constexpr std::string_view peer_names = "names";
inline constexpr std::string_view mx_for = "mx_for";
inline constexpr std::string_view told_by = "told_by";
inline constexpr std::string_view too_long = "too_long";
inline constexpr std::string_view tunnel = "tunnel";
inline constexpr std::string_view target = "target";
inline constexpr std::string_view host = "host";
inline constexpr std::string_view community_id = "community_id";
inline constexpr std::string_view started = "started";
inline constexpr std::string_view ended = "ended";
inline constexpr std::string_view duration_s = "duration_s";
inline constexpr std::string_view first_frame = "first_frame";
inline constexpr std::string_view last_frame = "last_frame";
inline constexpr std::string_view complete = "complete";
inline constexpr std::string_view ending = "ending";
inline constexpr std::string_view greeting = "greeting";
inline constexpr std::string_view hello = "hello";
inline constexpr std::string_view verb = "verb";
inline constexpr std::string_view name = "name";
inline constexpr std::string_view extensions = "extensions";
inline constexpr std::string_view tls = "tls";
inline constexpr std::string_view offered = "offered";
inline constexpr std::string_view requested = "requested";
inline constexpr std::string_view accepted = "accepted";
inline constexpr std::string_view implicit = "implicit";
inline constexpr std::string_view decrypted = "decrypted";
inline constexpr std::string_view undecrypted = "undecrypted";
inline constexpr std::string_view version = "version";
inline constexpr std::string_view version_offered = "version_offered";
inline constexpr std::string_view sni = "sni";
inline constexpr std::string_view alpn = "alpn";
inline constexpr std::string_view alpn_offered = "alpn_offered";
inline constexpr std::string_view cipher = "cipher";
inline constexpr std::string_view ciphers_offered = "ciphers_offered";
inline constexpr std::string_view ja3 = "ja3";
inline constexpr std::string_view ja4 = "ja4";
inline constexpr std::string_view certificate = "certificate";
inline constexpr std::string_view issuer = "issuer";
inline constexpr std::string_view sans = "sans";
inline constexpr std::string_view not_before = "not_before";
inline constexpr std::string_view not_after = "not_after";
inline constexpr std::string_view auth = "auth";
inline constexpr std::string_view mechanism = "mechanism";
inline constexpr std::string_view identity = "identity";
inline constexpr std::string_view octets = "octets";
inline constexpr std::string_view missing = "missing";

// exchanges[]
inline constexpr std::string_view exchanges = "exchanges";
inline constexpr std::string_view n = "n";
inline constexpr std::string_view command = "command";
inline constexpr std::string_view tag = "tag";
inline constexpr std::string_view text = "text";
inline constexpr std::string_view path = "path";
inline constexpr std::string_view params = "params";
inline constexpr std::string_view observed = "observed";
inline constexpr std::string_view elided = "elided";
inline constexpr std::string_view secrets = "secrets";
inline constexpr std::string_view replies = "replies";
inline constexpr std::string_view reply = "reply";
inline constexpr std::string_view more_replies = "more_replies";
inline constexpr std::string_view code = "code";
inline constexpr std::string_view status = "status";
inline constexpr std::string_view enhanced = "enhanced";
inline constexpr std::string_view latency_s = "latency_s";
inline constexpr std::string_view exchanges_left_out = "exchanges_left_out";
inline constexpr std::string_view findings_left_out = "findings_left_out";

// transactions[] and retrievals[]
inline constexpr std::string_view transactions = "transactions";
inline constexpr std::string_view mail_from = "mail_from";
inline constexpr std::string_view recipients = "recipients";
inline constexpr std::string_view address = "address";
inline constexpr std::string_view outcome = "outcome";
inline constexpr std::string_view final_reply = "final";
inline constexpr std::string_view smuggled = "smuggled";
inline constexpr std::string_view retrievals = "retrievals";
inline constexpr std::string_view maildrop = "maildrop";
inline constexpr std::string_view marks = "marks";
inline constexpr std::string_view mark = "mark";
inline constexpr std::string_view mailbox = "mailbox";
inline constexpr std::string_view uid = "uid";
inline constexpr std::string_view pieces = "pieces";
inline constexpr std::string_view partial = "partial";
inline constexpr std::string_view message = "message";
inline constexpr std::string_view size = "size";
inline constexpr std::string_view sha256 = "sha256";
inline constexpr std::string_view end_of_data = "end_of_data";

// A message.
inline constexpr std::string_view session = "session";
inline constexpr std::string_view transaction = "transaction";
inline constexpr std::string_view retrieval = "retrieval";
inline constexpr std::string_view headers = "headers";
inline constexpr std::string_view value = "value";
inline constexpr std::string_view raw = "raw";
inline constexpr std::string_view from = "from";
inline constexpr std::string_view sender = "sender";
inline constexpr std::string_view reply_to = "reply_to";
inline constexpr std::string_view to = "to";
inline constexpr std::string_view cc = "cc";
inline constexpr std::string_view bcc = "bcc";
inline constexpr std::string_view group = "group";
inline constexpr std::string_view subject = "subject";
inline constexpr std::string_view date = "date";
inline constexpr std::string_view utc = "utc";
inline constexpr std::string_view message_id = "message_id";
inline constexpr std::string_view in_reply_to = "in_reply_to";
inline constexpr std::string_view references = "references";

// A message: resent[], list{}
inline constexpr std::string_view return_path = "return_path";
inline constexpr std::string_view resent = "resent";
inline constexpr std::string_view list = "list";

// received[]
inline constexpr std::string_view received = "received";
inline constexpr std::string_view helo = "helo";
inline constexpr std::string_view ident = "ident";
inline constexpr std::string_view rdns = "rdns";
inline constexpr std::string_view by = "by";
inline constexpr std::string_view via = "via";
inline constexpr std::string_view with = "with";
inline constexpr std::string_view for_mailbox = "for";
inline constexpr std::string_view delay_s = "delay_s";

// parts[], attachments[], urls[]
inline constexpr std::string_view parts = "parts";
inline constexpr std::string_view type = "type";
inline constexpr std::string_view charset = "charset";
inline constexpr std::string_view charset_used = "charset_used";
inline constexpr std::string_view charset_confidence = "charset_confidence";
inline constexpr std::string_view origin = "origin";
inline constexpr std::string_view embedded = "embedded";
inline constexpr std::string_view encoding = "encoding";
inline constexpr std::string_view disposition = "disposition";
inline constexpr std::string_view filename = "filename";
inline constexpr std::string_view header_length = "header_length";
inline constexpr std::string_view body_offset = "body_offset";
inline constexpr std::string_view body_length = "body_length";
inline constexpr std::string_view decoded_size = "decoded_size";
inline constexpr std::string_view md5 = "md5";
inline constexpr std::string_view sniffed_type = "sniffed_type";
inline constexpr std::string_view attachments = "attachments";
inline constexpr std::string_view urls = "urls";
inline constexpr std::string_view url = "url";
inline constexpr std::string_view addresses = "addresses";
inline constexpr std::string_view domains = "domains";
inline constexpr std::string_view domain = "domain";
inline constexpr std::string_view ips = "ips";
inline constexpr std::string_view observables_left_out = "observables_left_out";
inline constexpr std::string_view part = "part";

// second_opinion{}
inline constexpr std::string_view reader = "reader";
inline constexpr std::string_view detail = "detail";
inline constexpr std::string_view differences = "differences";
inline constexpr std::string_view what = "what";
inline constexpr std::string_view ours = "ours";
inline constexpr std::string_view theirs = "theirs";
inline constexpr std::string_view flags = "flags";
inline constexpr std::string_view second_opinion = "second_opinion";

// parts[].delivery_status{}, disposition_notification{}, feedback_report{}
inline constexpr std::string_view delivery_status = "delivery_status";
inline constexpr std::string_view disposition_notification = "disposition_notification";
inline constexpr std::string_view feedback_report = "feedback_report";
inline constexpr std::string_view envelope_id = "envelope_id";
inline constexpr std::string_view reporting_mta = "reporting_mta";
inline constexpr std::string_view gateway = "gateway";
inline constexpr std::string_view received_from_mta = "received_from_mta";
inline constexpr std::string_view arrival = "arrival";
inline constexpr std::string_view final_recipient = "final_recipient";
inline constexpr std::string_view original_recipient = "original_recipient";
inline constexpr std::string_view action = "action";
inline constexpr std::string_view remote_mta = "remote_mta";
inline constexpr std::string_view diagnostic = "diagnostic";
inline constexpr std::string_view note = "note";
inline constexpr std::string_view last_attempt = "last_attempt";
inline constexpr std::string_view will_retry_until = "will_retry_until";
inline constexpr std::string_view log_id = "log_id";
inline constexpr std::string_view fields = "fields";
inline constexpr std::string_view returned = "returned";
inline constexpr std::string_view user_agent = "user_agent";
inline constexpr std::string_view original_message_id = "original_message_id";
inline constexpr std::string_view action_mode = "action_mode";
inline constexpr std::string_view sending_mode = "sending_mode";
inline constexpr std::string_view modifiers = "modifiers";
inline constexpr std::string_view errors = "errors";
inline constexpr std::string_view feedback_type = "feedback_type";
inline constexpr std::string_view source_ip = "source_ip";
inline constexpr std::string_view incidents = "incidents";
inline constexpr std::string_view uris = "uris";
inline constexpr std::string_view authentication_results = "authentication_results";
inline constexpr std::string_view auth_failure = "auth_failure";
inline constexpr std::string_view delivery_result = "delivery_result";

// partial{}: partial, id, total
inline constexpr std::string_view fragment = "fragment";
inline constexpr std::string_view fragments = "fragments";

// parts[].protection{}
inline constexpr std::string_view protection = "protection";
inline constexpr std::string_view signers = "signers";
inline constexpr std::string_view serial = "serial";
inline constexpr std::string_view digest = "digest";
inline constexpr std::string_view signing_time = "signing_time";
inline constexpr std::string_view signature = "signature";

// signatures[], arc
inline constexpr std::string_view signatures = "signatures";
inline constexpr std::string_view arc = "arc";
inline constexpr std::string_view instance = "instance";
inline constexpr std::string_view instances = "instances";
inline constexpr std::string_view selector = "selector";
inline constexpr std::string_view algorithm = "algorithm";
inline constexpr std::string_view canonicalization = "canonicalization";
inline constexpr std::string_view result = "result";
inline constexpr std::string_view reason = "reason";
inline constexpr std::string_view body_matches = "body_matches";
inline constexpr std::string_view header_verifies = "header_verifies";
inline constexpr std::string_view signed_octets = "signed_octets";
inline constexpr std::string_view unsigned_octets = "unsigned_octets";
inline constexpr std::string_view signed_at = "signed_at";
inline constexpr std::string_view expires = "expires";
inline constexpr std::string_view key = "key";
inline constexpr std::string_view bits = "bits";
inline constexpr std::string_view spf = "spf";
inline constexpr std::string_view dmarc = "dmarc";
inline constexpr std::string_view policy = "policy";
inline constexpr std::string_view spf_aligned = "spf_aligned";
inline constexpr std::string_view dkim_aligned = "dkim_aligned";

// findings[]
inline constexpr std::string_view severity = "severity";
inline constexpr std::string_view rfc = "rfc";
inline constexpr std::string_view count = "count";

// An event.
inline constexpr std::string_view event = "event";
inline constexpr std::string_view finding = "finding";

// An input, and the summary of a run. What became of frames is named by to_string(FrameFate), flows by
// to_string(TrafficKind).
inline constexpr std::string_view wrapping = "wrapping";
inline constexpr std::string_view inputs = "inputs";
inline constexpr std::string_view frames = "frames";
inline constexpr std::string_view read = "read";
inline constexpr std::string_view decoded = "decoded";
inline constexpr std::string_view skipped = "skipped";
inline constexpr std::string_view lines = "lines";
inline constexpr std::string_view connections = "connections";
inline constexpr std::string_view conversations = "conversations";
inline constexpr std::string_view half_open = "half_open";
inline constexpr std::string_view without_octets = "without_octets";
inline constexpr std::string_view evicted = "evicted";
inline constexpr std::string_view flows = "flows";
inline constexpr std::string_view captures = "captures";
inline constexpr std::string_view total = "total";
inline constexpr std::string_view framing = "framing";
inline constexpr std::string_view damaged = "damaged";
inline constexpr std::string_view packets = "packets";
inline constexpr std::string_view tcp = "tcp";
inline constexpr std::string_view payload = "payload";
inline constexpr std::string_view from_fragments = "from_fragments";
inline constexpr std::string_view delivered = "delivered";
inline constexpr std::string_view repeated = "repeated";
inline constexpr std::string_view conflicting = "conflicting";
inline constexpr std::string_view keep_alive = "keep_alive";
inline constexpr std::string_view before_start = "before_start";
inline constexpr std::string_view after_fin = "after_fin";
inline constexpr std::string_view out_of_window = "out_of_window";
inline constexpr std::string_view refused = "refused";
inline constexpr std::string_view late = "late";
inline constexpr std::string_view stray = "stray";
inline constexpr std::string_view transcripts = "transcripts";
inline constexpr std::string_view sessions = "sessions";
inline constexpr std::string_view messages = "messages";

// Zeek's smtp.log. docs/schema/zeek.json
namespace zeek {
inline constexpr std::string_view ts = "ts";
inline constexpr std::string_view uid = "uid";
inline constexpr std::string_view id_orig_h = "id.orig_h";
inline constexpr std::string_view id_orig_p = "id.orig_p";
inline constexpr std::string_view id_resp_h = "id.resp_h";
inline constexpr std::string_view id_resp_p = "id.resp_p";
inline constexpr std::string_view trans_depth = "trans_depth";
inline constexpr std::string_view helo = "helo";
inline constexpr std::string_view mailfrom = "mailfrom";
inline constexpr std::string_view rcptto = "rcptto";
inline constexpr std::string_view date = "date";
inline constexpr std::string_view from = "from";
inline constexpr std::string_view to = "to";
inline constexpr std::string_view cc = "cc";
inline constexpr std::string_view reply_to = "reply_to";
inline constexpr std::string_view msg_id = "msg_id";
inline constexpr std::string_view in_reply_to = "in_reply_to";
inline constexpr std::string_view subject = "subject";
inline constexpr std::string_view x_originating_ip = "x_originating_ip";
inline constexpr std::string_view first_received = "first_received";
inline constexpr std::string_view second_received = "second_received";
inline constexpr std::string_view last_reply = "last_reply";
inline constexpr std::string_view path = "path";
inline constexpr std::string_view user_agent = "user_agent";
inline constexpr std::string_view tls = "tls";
inline constexpr std::string_view fuids = "fuids";
}  // namespace zeek

// Suricata's EVE. docs/schema/eve.json
namespace eve {
inline constexpr std::string_view timestamp = "timestamp";
inline constexpr std::string_view flow_id = "flow_id";
inline constexpr std::string_view pcap_cnt = "pcap_cnt";
inline constexpr std::string_view event_type = "event_type";
inline constexpr std::string_view src_ip = "src_ip";
inline constexpr std::string_view src_port = "src_port";
inline constexpr std::string_view dest_ip = "dest_ip";
inline constexpr std::string_view dest_port = "dest_port";
inline constexpr std::string_view proto = "proto";
inline constexpr std::string_view ip_v = "ip_v";
inline constexpr std::string_view pkt_src = "pkt_src";
inline constexpr std::string_view tx_id = "tx_id";
inline constexpr std::string_view app_proto = "app_proto";
inline constexpr std::string_view community_id = "community_id";
inline constexpr std::string_view smtp = "smtp";
inline constexpr std::string_view helo = "helo";
inline constexpr std::string_view mail_from = "mail_from";
inline constexpr std::string_view rcpt_to = "rcpt_to";
inline constexpr std::string_view email = "email";
inline constexpr std::string_view status = "status";
inline constexpr std::string_view from = "from";
inline constexpr std::string_view to = "to";
inline constexpr std::string_view cc = "cc";
inline constexpr std::string_view bcc = "bcc";
inline constexpr std::string_view reply_to = "reply_to";
inline constexpr std::string_view subject = "subject";
inline constexpr std::string_view date = "date";
inline constexpr std::string_view message_id = "message_id";
inline constexpr std::string_view in_reply_to = "in_reply_to";
inline constexpr std::string_view references = "references";
inline constexpr std::string_view received = "received";
inline constexpr std::string_view x_mailer = "x_mailer";
inline constexpr std::string_view user_agent = "user_agent";
inline constexpr std::string_view x_originating_ip = "x_originating_ip";
inline constexpr std::string_view importance = "importance";
inline constexpr std::string_view priority = "priority";
inline constexpr std::string_view sensitivity = "sensitivity";
inline constexpr std::string_view organization = "organization";
inline constexpr std::string_view content_md5 = "content_md5";
inline constexpr std::string_view body_md5 = "body_md5";
inline constexpr std::string_view subject_md5 = "subject_md5";
inline constexpr std::string_view attachment = "attachment";
inline constexpr std::string_view url = "url";
inline constexpr std::string_view pop3 = "pop3";
inline constexpr std::string_view request = "request";
inline constexpr std::string_view command = "command";
inline constexpr std::string_view args = "args";
inline constexpr std::string_view response = "response";
inline constexpr std::string_view success = "success";
inline constexpr std::string_view header = "header";
inline constexpr std::string_view data = "data";
}  // namespace eve

// Documents of the Elastic Common Schema. docs/schema/ecs.json
namespace ecs {
inline constexpr std::string_view timestamp = "@timestamp";
inline constexpr std::string_view ecs = "ecs";
inline constexpr std::string_view version = "version";
inline constexpr std::string_view event = "event";
inline constexpr std::string_view kind = "kind";
inline constexpr std::string_view category = "category";
inline constexpr std::string_view type = "type";
inline constexpr std::string_view module_name = "module";
inline constexpr std::string_view dataset = "dataset";
inline constexpr std::string_view action = "action";
inline constexpr std::string_view outcome = "outcome";
inline constexpr std::string_view code = "code";
inline constexpr std::string_view reason = "reason";
inline constexpr std::string_view start = "start";
inline constexpr std::string_view end = "end";
inline constexpr std::string_view duration = "duration";
inline constexpr std::string_view source = "source";
inline constexpr std::string_view destination = "destination";
inline constexpr std::string_view client = "client";
inline constexpr std::string_view server = "server";
inline constexpr std::string_view address = "address";
inline constexpr std::string_view ip = "ip";
inline constexpr std::string_view port = "port";
inline constexpr std::string_view network = "network";
inline constexpr std::string_view transport = "transport";
inline constexpr std::string_view protocol = "protocol";
inline constexpr std::string_view community_id = "community_id";
inline constexpr std::string_view tls = "tls";
inline constexpr std::string_view established = "established";
inline constexpr std::string_view version_protocol = "version_protocol";
inline constexpr std::string_view cipher = "cipher";
inline constexpr std::string_view next_protocol = "next_protocol";
inline constexpr std::string_view server_name = "server_name";
inline constexpr std::string_view ja3 = "ja3";
inline constexpr std::string_view hash = "hash";
inline constexpr std::string_view sha256 = "sha256";
inline constexpr std::string_view md5 = "md5";
inline constexpr std::string_view subject = "subject";
inline constexpr std::string_view issuer = "issuer";
inline constexpr std::string_view not_before = "not_before";
inline constexpr std::string_view not_after = "not_after";
inline constexpr std::string_view user = "user";
inline constexpr std::string_view name = "name";
inline constexpr std::string_view email = "email";
inline constexpr std::string_view from = "from";
inline constexpr std::string_view sender = "sender";
inline constexpr std::string_view reply_to = "reply_to";
inline constexpr std::string_view to = "to";
inline constexpr std::string_view cc = "cc";
inline constexpr std::string_view bcc = "bcc";
inline constexpr std::string_view message_id = "message_id";
inline constexpr std::string_view origination_timestamp = "origination_timestamp";
inline constexpr std::string_view x_mailer = "x_mailer";
inline constexpr std::string_view content_type = "content_type";
inline constexpr std::string_view attachments = "attachments";
inline constexpr std::string_view file = "file";
inline constexpr std::string_view extension = "extension";
inline constexpr std::string_view mime_type = "mime_type";
inline constexpr std::string_view size = "size";
inline constexpr std::string_view related = "related";
inline constexpr std::string_view hosts = "hosts";
inline constexpr std::string_view log = "log";
inline constexpr std::string_view path = "path";
inline constexpr std::string_view mailparse = "mailparse";
inline constexpr std::string_view session = "session";
inline constexpr std::string_view complete = "complete";
inline constexpr std::string_view ending = "ending";
inline constexpr std::string_view helo = "helo";
inline constexpr std::string_view retrieval = "retrieval";
inline constexpr std::string_view transaction = "transaction";
inline constexpr std::string_view smuggled = "smuggled";
inline constexpr std::string_view mail_from = "mail_from";
inline constexpr std::string_view rcpt_to = "rcpt_to";
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
