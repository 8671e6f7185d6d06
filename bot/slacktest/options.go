package slacktest

import (
	"log/slog"
	"time"
)

// Options says what the workspace is called and how patient it is.
// The zero value is a good workspace for a test.
type Options struct {
	Team       string // workspace id, default T0MAGPIE
	TeamName   string // default "Magpie Town"
	TeamDomain string // default "magpie-town"
	AppID      string // default A0MAGPIE
	BotID      string // default B0MAGPIE
	BotUser    string // the bot's user id, default U0MAGPIE
	BotName    string // default "magpie"
	BotToken   string // default xoxb-test
	AppToken   string // default xapp-test

	// Scopes are what the app was granted, as every answer of the Web API tells in its header
	// X-OAuth-Scopes; nil leaves the header out, as a proxy does that drops what it does not know.
	Scopes []string

	// SigningSecret signs what is posted to request addresses (see PostTo), default
	// shh-test.
	SigningSecret string

	// Commands lists the slash commands of the app; none listed means every one.
	Commands []string
	// ShouldEscape turns @name, #channel and links of a slash command into
	// Slack's <…> forms and escapes & < >, as the setting of that name does.
	ShouldEscape bool
	// NoHome has the Home tab switched off, as it is where the manifest leaves out
	// home_tab_enabled.
	NoHome bool
	// NoPublicWrite takes the scope chat:write.public away from the bot.
	NoPublicWrite bool

	// Addr is where Start listens, default 127.0.0.1:0.
	Addr string
	// PublicURL is how addresses handed to the app begin; by default they
	// begin with the host that the app used.
	PublicURL string

	AckTimeout   time.Duration   // how long a person waits, default 3 s
	PingInterval time.Duration   // default 5 s
	EventRetries []time.Duration // waits before an unacknowledged event is sent again, default 0, 1 min, 5 min
	// SameEnvelope keeps the envelope id of an event that is sent again. Without
	// it only the event_id stays, which is how Slack's retries have been seen.
	SameEnvelope bool
	CloseGrace   time.Duration // between a disconnect message and the closing, default 200 ms
	PerSecond    int           // messages a second and channel before ratelimited; 0 is without limit

	Now func() time.Time // the clock of timestamps, triggers and response addresses
	Log *slog.Logger     // default: silent
}

func (o *Options) fill() {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	def(&o.Team, "T0MAGPIE")
	def(&o.TeamName, "Magpie Town")
	def(&o.TeamDomain, "magpie-town")
	def(&o.AppID, "A0MAGPIE")
	def(&o.BotID, "B0MAGPIE")
	def(&o.BotUser, "U0MAGPIE")
	def(&o.BotName, "magpie")
	def(&o.BotToken, "xoxb-test")
	def(&o.AppToken, "xapp-test")
	def(&o.SigningSecret, "shh-test")
	def(&o.Addr, "127.0.0.1:0")
	if o.AckTimeout == 0 {
		o.AckTimeout = 3 * time.Second
	}
	if o.PingInterval == 0 {
		o.PingInterval = 5 * time.Second
	}
	if o.EventRetries == nil {
		o.EventRetries = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.CloseGrace == 0 {
		o.CloseGrace = 200 * time.Millisecond
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}
