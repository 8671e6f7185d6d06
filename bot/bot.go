package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/commands"
	"magpie/traces"
)

// Book is where every line goes: commands.Book.
type Book interface {
	// Run says a line. What it accepts is written down when it returns; when ctx ends
	// first, nothing is.
	Run(ctx context.Context, call commands.Call) (commands.Answer, error)
	// Within is how long a line may take.
	Within(line string) time.Duration
	// Submitted is the line that a filled-in form says.
	Submitted(line string, values map[string]string) string
	// Options are the values that a form's field may have by what somebody has typed into it.
	Options(ctx context.Context, call commands.Call, account, field, typed string) ([]cards.Choice, error)
}

// Options are what a Bot needs.
type Options struct {
	Client    *slack.Client // see NewClient
	APIURL    string        // the root that Client was made with
	Book      Book
	Directory *Directory
	Members   *Members
	Homes     Homes // nil: nobody has one
	Words     *Words
	Command   string           // the slash command, "/wechat" where empty
	Language  string           // of people whose own is not known, "en" where empty
	Zone      string           // likewise
	Log       *slog.Logger     // slog.Default() where nil
	Now       func() time.Time // time.Now where nil
	Traces    *traces.Traces   // nil: none are made

	// Acknowledged is told how long a line waited for its acknowledgement; nil: nobody counts.
	Acknowledged func(time.Duration)

	// SigningSecret has lines come by Handler alone, signed with it: HTTP mode. Heard is
	// needed then.
	SigningSecret string
	Heard         Heard
}

// Bot hears lines in Slack, over Socket Mode or by HTTP, and answers them.
type Bot struct {
	opt     Options
	log     *slog.Logger
	http    *http.Client // for response addresses, which take no token
	teller  *Teller      // for people's own conversations
	seen    *seen
	slots   chan struct{}
	self    self
	up      atomic.Int32 // sockets that have said hello
	greeted atomic.Bool  // one has, ever
	now     atomic.Pointer[socket]
	tables  tables

	unsigned   atomic.Int64  // the minute in which a request was not Slack's
	introduced chan struct{} // closed once self is known
	mu         sync.Mutex
	closing    bool
	hands      sync.WaitGroup // what is in hand
}

// self is who the bot is in Slack.
type self struct{ team, user, bot string }

// How long things may take. Slack waits 3 s for an acknowledgement.
const (
	answerWithin = 2500 * time.Millisecond // past it the line is acknowledged and answered later
	ackWithin    = 2900 * time.Millisecond
	lateWithin   = 30 * time.Second // for a Book that does not keep its time, and private answers
	closeWithin  = 5 * time.Second  // for what is in hand at the end
	atOnce       = 256              // envelopes in hand
)

// New makes a Bot. It hears nothing before Run.
func New(opt Options) *Bot {
	if opt.Command == "" {
		opt.Command = "/wechat"
	}
	if opt.Language == "" {
		opt.Language = "en"
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return &Bot{
		opt: opt, log: opt.Log, http: newHTTPClient(),
		teller: NewTeller(opt.Client, opt.Words, opt.Directory, opt.Language, opt.Zone, nil),
		seen:   newSeen(opt.Now), slots: make(chan struct{}, atOnce), introduced: make(chan struct{}),
	}
}

// Run hears and answers until ctx ends, then finishes what is in hand and returns
// nil. While Slack is away it keeps trying. It returns an error only where trying
// would not help: a token that Slack does not take.
func (b *Bot) Run(ctx context.Context) error {
	if err := b.introduce(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	b.learnTables(ctx)
	var directory sync.WaitGroup
	knowing, forget := context.WithCancel(ctx)
	directory.Go(func() { b.opt.Directory.Run(knowing, b.self.team) })
	defer directory.Wait()
	defer forget()
	close(b.introduced)
	if b.opt.SigningSecret != "" {
		b.log.Info("hears Slack by HTTP")
		<-ctx.Done()
		b.finish()
		return nil
	}

	// The sockets outlive ctx: acknowledgements still have to leave.
	listening, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	ended := make(chan error, 1)
	go func() { ended <- b.listen(listening) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	b.finish()
	hangUp()
	return <-ended // nil: it ended because ctx did
}

// Ready reports whether Slack's lines arrive; in HTTP mode, whether they are heard where
// they do.
func (b *Bot) Ready() bool {
	if b.opt.SigningSecret == "" {
		return b.up.Load() > 0
	}
	select {
	case <-b.introduced:
		b.mu.Lock()
		defer b.mu.Unlock()
		return !b.closing
	default:
		return false
	}
}

// Connected is how many sockets Slack's lines arrive by; in HTTP mode 1 where they are heard.
func (b *Bot) Connected() int {
	if b.opt.SigningSecret == "" {
		return int(b.up.Load())
	}
	if b.Ready() {
		return 1
	}
	return 0
}

// introduce asks Slack who we are, as often as it takes.
func (b *Bot) introduce(ctx context.Context) error {
	var wait backoff
	for {
		who, err := b.opt.Client.AuthTestContext(ctx)
		if err == nil {
			b.self = self{team: who.TeamID, user: who.UserID, bot: who.BotID}
			return nil
		}
		if err := fatalAuth("SLACK_BOT_TOKEN", err); err != nil {
			return err
		}
		if ctx.Err() == nil {
			b.log.Warn("Slack cannot be reached", "method", "auth.test", "err", err)
		}
		if err := sleep(ctx, wait.next(err)); err != nil {
			return err
		}
	}
}

// fatalAuth is an error that names the setting at fault, where Slack refuses a token
// for good; otherwise nil.
func fatalAuth(setting string, err error) error {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) && isCode(err, "invalid_auth", "not_authed", "account_inactive", "token_revoked",
		"token_expired", "not_allowed_token_type", "no_permission", "org_login_required", "missing_scope") {
		return fmt.Errorf("%s: Slack does not take this token: %s", setting, refused.Err)
	}
	return nil
}

// begin takes a piece of work in hand; false when the bot is closing.
func (b *Bot) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closing {
		return false
	}
	b.hands.Add(1)
	return true
}

// finish takes no more work and waits for what is in hand.
func (b *Bot) finish() {
	b.mu.Lock()
	b.closing = true
	b.mu.Unlock()
	done := make(chan struct{})
	go func() { b.hands.Wait(); close(done) }()
	limit := time.NewTimer(closeWithin)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
		b.log.Warn("some answers were not finished at the end")
	}
	// An acknowledgement only queues; its writer tells nobody when it has written.
	time.Sleep(flushFor)
}

const flushFor = 100 * time.Millisecond
