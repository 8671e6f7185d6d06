// Package config is the environment, read once. Every fault is named at once, with
// its key and what is expected; no value of a secret is ever repeated.
package config

import (
	"errors"
	"regexp"
	"time"
)

// Config is the environment contract; .env.example says what each key means.
type Config struct {
	Accounts []Account // at least one

	SlackBotToken, SlackAppToken      string
	SlackSigningSecret                string
	SlackAPIURL, SlackCommand         string
	ApprovalsChannel                  string
	Admins, Approvers, Senders        []string
	Approvals, CommandsIn             string
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
	AINotice                          string // "", on, or its words
	CoverFont, Chromium               string // paths
	ArticleThemes                     string // the path of a folder
	CodeStyle                         string // of articles; theme is the theme's own
	CodeLines                         bool   // articles number lines of code
	NoSpacing                         bool   // articles keep the space between Chinese and Latin
	ScheduleMin, ScheduleLead         time.Duration
	ScheduleGrace                     time.Duration
	QuietHours                        string
	AuditChannel                      string
	SecretKey                         []byte // 32 bytes; nil where none is set
	SecretKeyOld                      []byte // the one of before, for what it has encrypted; nil where none is set
	LogLevel, LogFormat               string
	Results                           bool // people are told how articles are read
	Traces                            Traces
	Retain                            time.Duration // how long what has ended is kept; 0: for good
	RetainSaid                        string        // RETAIN as it stands there
}

var (
	slackID   = regexp.MustCompile(`^[UWS][A-Z0-9_]+$`)
	channelID = regexp.MustCompile(`^[CGD][A-Z0-9_]+$`)
	command   = regexp.MustCompile(`^/[^\s/]{1,31}$`)
)

// HTTPMode reports that Slack posts what it has to say. With an app token Socket Mode is used.
func (c Config) HTTPMode() bool { return c.SlackAppToken == "" && c.SlackSigningSecret != "" }

// Load reads the environment. The error joins every fault.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		SlackBotToken:      r.prefixed("SLACK_BOT_TOKEN", "xoxb-", "the bot token of OAuth & Permissions"),
		SlackAppToken:      r.appToken(),
		SlackSigningSecret: r.get("SLACK_SIGNING_SECRET"),
		SlackAPIURL:        r.url("SLACK_API_URL", "", "http", "https"),
		SlackCommand:       r.matching("SLACK_COMMAND", "/wechat", command, "a slash and up to 31 characters, such as /wechat"),
		ApprovalsChannel:   r.matching("APPROVALS_CHANNEL", "", channelID, "a channel id such as C0123456789 (not its name)"),
		Admins:             r.ids("ADMINS"),
		Approvers:          r.ids("APPROVERS"),
		Senders:            r.ids("SENDERS"),
		Approvals:          r.or("APPROVALS", "*=1"),
		CommandsIn:         r.get("COMMANDS_IN"),
		ApprovalTTL:        r.atLeast("APPROVAL_TTL", 24*time.Hour, time.Second),
		ApprovalValid:      r.duration("APPROVAL_VALID", 7*24*time.Hour),
		Accounts:           r.accounts(),
		DatabaseURL:        r.database(),
		HTTPAddr:           r.addr("HTTP_ADDR"),
		PublicURL:          r.url("PUBLIC_URL", "", "http", "https"),
		Language:           r.language("LANGUAGE"),
		Zone:               r.zone("TIMEZONE", "Asia/Shanghai"),
		OpenAIKey:          r.get("OPENAI_API_KEY"),
		OpenAIURL:          r.openAI("OPENAI_BASE_URL"),
		OpenAIModel:        r.get("OPENAI_MODEL"),
		OpenAIPrice:        r.get("OPENAI_PRICE"),
		OpenAITimeout:      r.duration("OPENAI_TIMEOUT", time.Minute),
		PreviewTTL:         r.duration("PREVIEW_TTL", 72*time.Hour),
		ArticleStyle:       r.file("ARTICLE_STYLE"),
		AINotice:           r.get("AI_NOTICE"),
		BannedWords:        r.file("BANNED_WORDS"),
		CoverFont:          r.file("COVER_FONT"),
		ArticleThemes:      r.folder("ARTICLE_THEMES"),
		CodeStyle:          r.oneOf("CODE_STYLE", "theme", "github", "solarized", "xcode", "monokai", "dracula", "nord"),
		CodeLines:          r.oneOf("CODE_LINES", "off", "on") == "on",
		NoSpacing:          r.oneOf("SPACING", "on", "off") == "off",
		Chromium:           r.get("CHROMIUM"),
		ImageMemory:        r.bytes("IMAGE_MEMORY", 256<<20),
		ScheduleMin:        r.atLeast("SCHEDULE_MIN", 15*time.Minute, time.Second),
		ScheduleGrace:      r.atLeast("SCHEDULE_GRACE", 5*time.Minute, time.Second),
		ScheduleLead:       r.duration("SCHEDULE_LEAD", time.Hour),
		UndoWindow:         r.durationOrNone("UNDO_WINDOW", 10*time.Second),
		Rates:              r.get("RATES"),
		FailureLimit:       r.or("FAILURE_LIMIT", "20%/50"),
		Retain:             r.retain("RETAIN"),
		RetainSaid:         r.or("RETAIN", "keep"),
		Results:            r.oneOf("RESULTS", "on", "off") == "on",
		QuietHours:         r.get("QUIET_HOURS"),
		AuditChannel:       r.matching("AUDIT_CHANNEL", "", channelID, "a channel id such as C0123456789 (not its name)"),
		SecretKey:          r.secretKey("SECRET_KEY"),
		SecretKeyOld:       r.secretKey("SECRET_KEY_OLD"),
	}
	c.LogLevel, c.LogFormat = r.logs()
	if len(c.Admins) == 0 && r.get("ADMINS") == "" {
		r.fault("ADMINS", "must be set: Slack user ids or user-group ids, comma-separated, such as U0123456789")
	}
	if c.OpenAIModel == "" && (c.OpenAIKey != "" || r.get("OPENAI_BASE_URL") != "") {
		r.fault("OPENAI_MODEL", "must be set where OPENAI_API_KEY or OPENAI_BASE_URL is: the name of the model that writes articles")
	}
	if c.SecretKeyOld != nil && c.SecretKey == nil {
		r.fault("SECRET_KEY", "must be set where SECRET_KEY_OLD is: what the old one has encrypted is encrypted with it")
	}
	var tracesErr error
	c.Traces, tracesErr = ReadTraces(getenv)
	return c, errors.Join(append(r.faults, tracesErr)...)
}

// Database reads DATABASE_URL alone.
func Database(getenv func(string) string) (string, error) {
	r := reader{getenv: getenv}
	url := r.database()
	return url, errors.Join(r.faults...)
}

// SecretKey reads SECRET_KEY alone.
func SecretKey(getenv func(string) string) ([]byte, error) {
	r := reader{getenv: getenv}
	key := r.secretKey("SECRET_KEY")
	return key, errors.Join(r.faults...)
}
