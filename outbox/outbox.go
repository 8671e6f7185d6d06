// Package outbox keeps what has been asked of WeChat, who approved it and how far
// each delivery has come. Four promises: a request is written before anything is
// done; a line said once is one request; nothing is called twice by guess; what was
// approved is exactly what is sent.
//
// What cannot be done is refused with a *cards.Refusal. Each method names the codes that it
// refuses with. A refusal without a code says that the request, as it stands, or what is
// asked, does not allow it: people read why, and code need not tell these apart. Two sets of
// codes are not named again and again: every method that takes an Ask or a Press refuses as
// journal.Once does, with cards.NotAccepted and cards.MaybeAccepted; and wherever a role is
// needed it refuses as Roles.May does. All other errors are faults of ours or of the database.
package outbox

import (
	"context"
	"log/slog"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/journal"
	"magpie/posts"
	"magpie/sending"
	"magpie/store"
	"magpie/traces"
)

// Role is what a person may do; each includes those before it.
type Role int

// Everyone may ask for help and look; a Sender may ask; an Approver may approve.
const (
	Everyone Role = iota
	Sender
	Approver
	Admin
)

// Roles tells who may do what, without asking Slack.
type Roles interface {
	// May returns nil where who has a role. It refuses with cards.LacksRole where they have
	// not, cards.HasLeft where they have left Slack, and cards.RolesUnknown where nobody can
	// tell.
	May(who cards.Person, role Role) error
	// Approvers are the user ids of everybody who may approve. It refuses with
	// cards.RolesUnknown where a group of them was never loaded.
	Approvers() ([]string, error)
	// Asked are the user ids of those who are asked to approve: the approvers that the
	// settings name, or the admins where they name none. It refuses as Approvers does.
	Asked() ([]string, error)
	// Named are the user ids of those whom a Slack id of a user or of a group names, but for
	// who has left Slack. It refuses as Approvers does.
	Named(id string) ([]string, error)
}

// Options are what an Outbox needs.
type Options struct {
	DB    *store.DB
	Jobs  *jobs.Jobs   // opened, started and stopped with the outbox
	Posts *posts.Posts // opened with the outbox
	Roles Roles
	// Members tells who is in a channel; nil: whoever is asked to approve is taken to be
	// where the card stands.
	Members Members
	Policy  Policy
	TTL     time.Duration // how long a request stays open
	// Valid is how long an approval stands for what has not begun; 0: for good.
	Valid time.Duration
	// UndoWindow is how long a broadcast waits for somebody to stop it, Rates how fast
	// each kind is sent, FailureLimit the share at which a broadcast stops and asks.
	UndoWindow   time.Duration
	Rates        Rates
	FailureLimit FailureLimit
	// Sharer puts files into threads, Say puts texts into the words of what is shared;
	// nil: nothing is shared.
	Sharer Sharer
	Say    func(cards.Text) string
	// Audiences lends named audiences; nil: there are none.
	Audiences Audiences
	// Accounts are the WeChat accounts whose work is done here; others' is held.
	Accounts Accounts
	// Earlier is the account of what was written before rows and jobs bore one; "": it cannot be
	// told, and such work is held.
	Earlier string
	// Title is an account as cards name it; nil: by its AppID.
	Title func(account string) cards.Text
	// Name is how lines call an account; nil: nobody does.
	Name func(account string) string
	// Form tells of which lines there are forms, and what people call what they say; nil: of
	// none. It is lent before Start.
	Form Form
	// Mention are the Slack ids, of users and groups, who are asked to approve.
	Mention          []string
	ApprovalsChannel string // "" = where the line was said
	// Entered is told of each request that comes to a state, Delivered of n deliveries of a kind
	// that come to an outcome; see the engine's. nil: nobody counts.
	Entered   func(kind string, state State)
	Delivered func(kind string, outcome sending.State, n int)
	Traces    *traces.Traces // nil: none are made
	Now       func() time.Time
	Log       *slog.Logger
}

// Outbox is the one place where requests are kept, approved and carried out. It stands on
// floors, each of which knows those below it alone: what changes a request is the outbox's own.
type Outbox struct {
	teller
	people
	stopping chan struct{} // closed when the outbox stops
	clock    chan struct{} // closed when the clock has stopped
}

// ground is what every floor stands on: what the outbox was made with, its record, the kinds.
type ground struct {
	Options
	journal *journal.Journal
	kinds   kinds
	Engine  engine // carries out what is approved
}

// people keeps what persons and channels have set for themselves: own openids, saved lines,
// tokens, a channel's account.
type people struct{ *ground }

// voices knows who may approve, whose voices count today and which are missing.
type voices struct{ *ground }

// reader reads requests as they count today, and what may be done with them.
type reader struct{ voices }

// drawer shows requests: cards, sentences, details, results, what is held.
type drawer struct{ reader }

// teller tells people: cards and replies at their places, reminders, how a request ended.
type teller struct{ drawer }

// New makes an Outbox; kinds are registered next, then Start.
func New(o Options) *Outbox {
	g := &ground{
		Options: o, journal: &journal.Journal{DB: o.DB, Room: "request", Now: o.Now, Log: o.Log, Refused: wasRefused, About: about}, kinds: newKinds(),
	}
	box := &Outbox{
		teller: teller{drawer{reader{voices{g}}}}, people: people{g},
		stopping: make(chan struct{}), clock: make(chan struct{}),
	}
	box.Engine = sending.New(sending.Options{
		DB: o.DB, Jobs: o.Jobs, Owner: orders{box}, Serve: o.Accounts.Serve, UndoWindow: o.UndoWindow, Rates: o.Rates, FailureLimit: o.FailureLimit,
		Sharer: o.Sharer, Say: o.Say, Tell: o.Posts.Notify, Audiences: o.Audiences, Delivered: o.Delivered, Traces: o.Traces, Now: o.Now, Log: o.Log,
	})
	box.registerJobs()
	o.Posts.Register(ofRequests, owner{box})
	return box
}

// Lend makes audiences known, which are made with the outbox; before Start.
func (o *Outbox) Lend(a Audiences) {
	o.Audiences = a
	o.Engine.Lend(a)
}

// The jobs of the outbox.
const (
	jobPicture   = "picture"
	jobDrawOpen  = "draw_open"
	jobApprovers = "approvers"
)

func (o *Outbox) registerJobs() {
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobPicture, pictureWithin, o.workPicture, o.pictureTooLong)
	jobs.Register(o.Jobs, jobs.Tells, jobDrawOpen, o.drawOpen)
	jobs.Register(o.Jobs, jobs.Cards, jobApprovers, o.tellApprovers)
}

// Start begins to carry out what is approved, to tell and to watch the clock. What
// an earlier process left is taken up.
func (o *Outbox) Start(ctx context.Context) error {
	if err := o.Jobs.Open(ctx); err != nil {
		return err
	}
	if err := o.Posts.Open(ctx); err != nil {
		return err
	}
	if err := o.tellUnserved(ctx); err != nil {
		return err
	}
	if err := o.Jobs.Start(ctx); err != nil {
		return err
	}
	o.Engine.Start()
	go o.watchClock()
	return nil
}

// Stop begins no new call and waits for those under way, at most until ctx ends.
func (o *Outbox) Stop(ctx context.Context) error {
	close(o.stopping)
	o.Engine.BeginNone()
	<-o.clock
	defer o.Engine.Close()
	return o.Jobs.Stop(ctx)
}
