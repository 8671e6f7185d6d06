// Package config is the environment, read once. Every fault is named at once, with
// its key and what is expected; no value of a secret is ever repeated.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/joho/godotenv"

	"magpie/zones"
)

// Config is the environment contract; .env.example says what each key means.
type Config struct {
	WeChat

	SlackBotToken, SlackAppToken      string
	SlackAPIURL, SlackCommand         string
	ApprovalsChannel                  string
	Admins, Approvers, Senders        []string
	Approvals                         string
	ApprovalTTL, ApprovalValid        time.Duration
	UndoWindow                        time.Duration
	Rates, FailureLimit               string
	DatabaseURL, HTTPAddr, PublicURL  string
	Language                          string
	Zone                              *time.Location
	OpenAIKey, OpenAIURL, OpenAIModel string
	OpenAIPrice                       string
	OpenAITimeout, PreviewTTL         time.Duration
	ImageMemory                       int64  // bytes
	ArticleStyle, BannedWords         string // paths of files
	CoverFont, Chromium               string // paths
	WeChatPay                         bool
	PreviewOpenID                     string
	ScheduleMin, ScheduleLead         time.Duration
	ScheduleGrace                     time.Duration
	QuietHours                        string
}

var (
	slackID   = regexp.MustCompile(`^[UWS][A-Z0-9_]+$`)
	channelID = regexp.MustCompile(`^[CGD][A-Z0-9_]+$`)
	command   = regexp.MustCompile(`^/[^\s/]{1,31}$`)

	quietHours = regexp.MustCompile(`^([01]?\d|2[0-3]):[0-5]\d-([01]?\d|2[0-3]):[0-5]\d$`)
)

// Env is getenv over what .env files add; the environment proper wins. A file that
// is not there is no fault.
func Env(getenv func(string) string, file string) (func(string) string, error) {
	values, err := godotenv.Read(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		// godotenv's message quotes the line at fault, and with it a secret.
		return getenv, fmt.Errorf("%s cannot be read: each line must be KEY=value, a comment or empty", file)
	}
	return func(key string) string {
		if v := getenv(key); v != "" {
			return v
		}
		return values[key]
	}, nil
}

// Load reads the environment. The error joins every fault.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		SlackBotToken:    r.prefixed("SLACK_BOT_TOKEN", "xoxb-", "the bot token of OAuth & Permissions"),
		SlackAppToken:    r.appToken(),
		SlackAPIURL:      r.url("SLACK_API_URL", "", "http", "https"),
		SlackCommand:     r.matching("SLACK_COMMAND", "/wechat", command, "a slash and up to 31 characters, such as /wechat"),
		ApprovalsChannel: r.matching("APPROVALS_CHANNEL", "", channelID, "a channel id such as C0123456789 (not its name)"),
		Admins:           r.ids("ADMINS"),
		Approvers:        r.ids("APPROVERS"),
		Senders:          r.ids("SENDERS"),
		Approvals:        r.or("APPROVALS", "*=1"),
		ApprovalTTL:      r.atLeast("APPROVAL_TTL", 24*time.Hour, time.Second),
		ApprovalValid:    r.duration("APPROVAL_VALID", 7*24*time.Hour),
		WeChat:           r.wechat(),
		DatabaseURL:      r.database(),
		HTTPAddr:         r.addr("HTTP_ADDR"),
		PublicURL:        r.url("PUBLIC_URL", "", "http", "https"),
		Language:         r.language("LANGUAGE"),
		Zone:             r.zone("TIMEZONE", "Asia/Shanghai"),
		OpenAIKey:        r.get("OPENAI_API_KEY"),
		OpenAIURL:        r.openAI("OPENAI_BASE_URL"),
		OpenAIModel:      r.get("OPENAI_MODEL"),
		OpenAIPrice:      r.get("OPENAI_PRICE"),
		OpenAITimeout:    r.duration("OPENAI_TIMEOUT", time.Minute),
		PreviewTTL:       r.duration("PREVIEW_TTL", 72*time.Hour),
		ArticleStyle:     r.file("ARTICLE_STYLE"),
		BannedWords:      r.file("BANNED_WORDS"),
		CoverFont:        r.file("COVER_FONT"),
		Chromium:         r.get("CHROMIUM"),
		ImageMemory:      r.bytes("IMAGE_MEMORY", 256<<20),
		WeChatPay:        r.oneOf("WECHAT_PAY", "no", "yes") == "yes",
		PreviewOpenID:    r.get("PREVIEW_OPENID"),
		ScheduleMin:      r.atLeast("SCHEDULE_MIN", 15*time.Minute, time.Second),
		ScheduleGrace:    r.atLeast("SCHEDULE_GRACE", 5*time.Minute, time.Second),
		ScheduleLead:     r.duration("SCHEDULE_LEAD", time.Hour),
		UndoWindow:       r.durationOrNone("UNDO_WINDOW", 10*time.Second),
		Rates:            r.get("RATES"),
		FailureLimit:     r.or("FAILURE_LIMIT", "20%/50"),
		QuietHours:       r.matching("QUIET_HOURS", "", quietHours, "two times of day such as 22:00-08:00"),
	}
	if len(c.Admins) == 0 && r.get("ADMINS") == "" {
		r.fault("ADMINS", "must be set: Slack user ids or user-group ids, comma-separated, such as U0123456789")
	}
	if c.OpenAIModel == "" && (c.OpenAIKey != "" || r.get("OPENAI_BASE_URL") != "") {
		r.fault("OPENAI_MODEL", "must be set where OPENAI_API_KEY or OPENAI_BASE_URL is: the name of the model that writes articles")
	}
	return c, errors.Join(r.faults...)
}

// reader reads keys and gathers faults.
type reader struct {
	getenv func(string) string
	faults []error
}

func (r *reader) fault(key, format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s "+format, append([]any{key}, args...)...))
}

func (r *reader) get(key string) string { return strings.TrimSpace(r.getenv(key)) }

func (r *reader) or(key, fallback string) string {
	if v := r.get(key); v != "" {
		return v
	}
	return fallback
}

func (r *reader) must(key, what string) string {
	v := r.get(key)
	if v == "" {
		r.fault(key, "must be set: %s", what)
	}
	return v
}

func (r *reader) prefixed(key, prefix, what string) string {
	v := r.must(key, what+", it begins with "+prefix)
	if v != "" && !strings.HasPrefix(v, prefix) {
		r.fault(key, "must begin with %s: %s", prefix, what)
	}
	return v
}

func (r *reader) appToken() string {
	if r.get("SLACK_APP_TOKEN") == "" && r.get("SLACK_SIGNING_SECRET") != "" {
		r.fault("SLACK_APP_TOKEN", "must be set: SLACK_SIGNING_SECRET alone asks for HTTP mode, which is not served yet; Socket Mode needs an app token that begins with xapp-")
		return ""
	}
	return r.prefixed("SLACK_APP_TOKEN", "xapp-", "an app-level token with connections:write")
}

func (r *reader) matching(key, fallback string, pattern *regexp.Regexp, want string) string {
	v := r.or(key, fallback)
	if v != "" && !pattern.MatchString(v) {
		r.fault(key, "is %q: expected %s", v, want)
	}
	return v
}

func (r *reader) oneOf(key string, values ...string) string {
	v := r.or(key, values[0])
	if !slices.Contains(values, v) {
		r.fault(key, "is %q: expected %s", v, strings.Join(values, " or "))
	}
	return v
}

// language takes a desktop's list too, such as zh_CN:en: its first entry counts.
func (r *reader) language(key string) string {
	v := r.or(key, "en")
	for _, lang := range []string{"en", "zh"} {
		if rest, ok := strings.CutPrefix(v, lang); ok && (rest == "" || strings.ContainsAny(rest[:1], "_-:.")) {
			return lang
		}
	}
	r.fault(key, "is %q: expected en or zh", v)
	return "en"
}

func (r *reader) ids(key string) []string {
	var ids []string
	for id := range strings.SplitSeq(r.get(key), ",") {
		id = strings.TrimSpace(id)
		switch {
		case id == "":
		case !slackID.MatchString(id):
			r.fault(key, "has %q: expected Slack user ids (U…) or user-group ids (S…), comma-separated", id)
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	return ids
}

func (r *reader) duration(key string, fallback time.Duration) time.Duration {
	d := r.durationOrNone(key, fallback)
	if d == 0 {
		r.fault(key, "is %q: expected a duration such as 24h, 90m or 7d", r.get(key))
	}
	return d
}

// atLeast is duration where a shorter one than least is a fault.
func (r *reader) atLeast(key string, fallback, least time.Duration) time.Duration {
	d := r.duration(key, fallback)
	if d > 0 && d < least {
		r.fault(key, "is %q: expected %s or longer", r.get(key), least)
	}
	return d
}

// durationOrNone is duration where 0s is one too.
func (r *reader) durationOrNone(key string, fallback time.Duration) time.Duration {
	v := r.get(key)
	if v == "" {
		return fallback
	}
	d, err := parseDuration(v)
	if err != nil || d < 0 {
		r.fault(key, "is %q: expected a duration such as 24h, 90m or 7d", v)
		return fallback
	}
	return d
}

// bytes reads a size such as 256MB, at least 16 MB.
func (r *reader) bytes(key string, fallback int64) int64 {
	v := strings.ToUpper(strings.ReplaceAll(r.get(key), " ", ""))
	if v == "" {
		return fallback
	}
	for unit, size := range map[string]int64{"MB": 1 << 20, "GB": 1 << 30} {
		number, ok := strings.CutSuffix(v, unit)
		n, err := strconv.ParseInt(number, 10, 32)
		if ok && err == nil && n*size >= 16<<20 {
			return n * size
		}
	}
	r.fault(key, "is %q: expected a size of 16MB or more, such as 256MB or 1GB", v)
	return fallback
}

// parseDuration is time.ParseDuration that knows days too, alone or before the rest: 7d,
// 1d12h.
func parseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	whole, err := strconv.ParseUint(days, 10, 15)
	d := time.Duration(whole) * 24 * time.Hour
	if err != nil || rest == "" {
		return d, err
	}
	more, err := time.ParseDuration(rest)
	if err == nil && (more < 0 || rest[0] == '+') {
		err = errors.New("a sign within")
	}
	return d + more, err
}

func (r *reader) url(key, fallback string, schemes ...string) string {
	v := r.or(key, fallback)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || !slices.Contains(schemes, u.Scheme) || u.Host == "" {
		r.fault(key, "is not an address: expected %s://HOST…", strings.Join(schemes, ":// or "))
	}
	return v
}

// openAI is the address of an OpenAI-compatible service, without its last slash.
func (r *reader) openAI(key string) string {
	v := strings.TrimRight(r.url(key, "https://api.openai.com/v1", "http", "https"), "/")
	if !strings.HasSuffix(v, "/v1") {
		r.fault(key, "must end in /v1, such as https://api.openai.com/v1")
	}
	return v
}

// file is the path of a file that must be there.
func (r *reader) file(key string) string {
	v := r.get(key)
	if v == "" {
		return ""
	}
	if info, err := os.Stat(v); err != nil || info.IsDir() {
		r.fault(key, "names no file: %s", v)
	}
	return v
}

func (r *reader) database() string {
	v := r.or("DATABASE_URL", "sqlite:magpie.db")
	path, isSQLite := strings.CutPrefix(v, "sqlite:")
	isPostgres := strings.HasPrefix(v, "postgres://") || strings.HasPrefix(v, "postgresql://")
	if !isPostgres && (!isSQLite || path == "") {
		r.fault("DATABASE_URL", "must be sqlite:PATH or postgres://…")
	}
	return v
}

func (r *reader) addr(key string) string {
	v := r.get(key)
	if v == "" {
		return ""
	}
	if _, _, err := net.SplitHostPort(v); err != nil {
		r.fault(key, "is %q: expected HOST:PORT or :PORT, such as 127.0.0.1:8080", v)
	}
	return v
}

func (r *reader) zone(key, fallback string) *time.Location {
	v := r.or(key, fallback)
	zone, err := zones.Load(v)
	if err != nil || v == "Local" {
		r.fault(key, "is %q: expected a zone such as Asia/Shanghai or UTC", v)
		return time.UTC
	}
	return zone
}
