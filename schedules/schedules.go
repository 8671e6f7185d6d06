// Package schedules lets the clock say lines: at set times, once, whatever happens to
// the machine. What is said goes through the one door, handed in at Start; who may
// approve it and how it is carried out is the outbox's.
//
// What cannot be done is refused with a *cards.Refusal. Each method names the codes that it
// refuses with. One without a code says that the schedule, as it stands, or what was said, does
// not allow it: people read why.
package schedules

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/journal"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/zones"
)

// Options are what Schedules need.
type Options struct {
	DB     *store.DB
	Jobs   *jobs.Jobs
	Outbox *outbox.Outbox
	Posts  *posts.Posts
	// Person is who somebody is now; false where that is not known yet.
	Person func(ctx context.Context, id string) (cards.Person, bool)
	Zone   *time.Location // of schedules that name none, and of the quiet hours
	Least  time.Duration  // between two fires
	Grace  time.Duration  // how late a fire may be found and still go out, at most half the interval of its spec
	Lead   time.Duration  // before a fire with approve=each its approval is asked for
	Quiet  Quiet
	// Fired is told how late the line of a fire has been said; nil: nobody counts.
	Fired func(late time.Duration)
	Now   func() time.Time
	Log   *slog.Logger
}

// Line is what the clock says.
type Line struct {
	Account string // the WeChat account that the schedule is for
	Text    string
	Who     cards.Person
	Where   cards.Place
	Once    string
	Due     time.Time     // the scheduled instant
	Grace   time.Duration // how long after it it may begin where nobody decides anything then; 0: an hour
	Until   time.Time     // when it expires where it must be approved; zero: as usual
	Grant   int64         // the request whose approvals stand for this one's
	// Granted is the content, beside the line, that they stand for.
	Granted []outbox.Kept
	Behind  string     // who runs it by hand, if it is another's
	Note    cards.Text // that it makes up for missed fires, or is late
	With    outbox.With
}

// Say says a line and returns the number of the request that came of it.
type Say func(ctx context.Context, line Line) (int64, error)

// Schedules is the clock and everything it has to say. It stands on floors, each of which
// calls only those below it: what the clock does is its own.
type Schedules struct {
	manager
	started chan struct{}
	stop    context.CancelFunc
	running sync.WaitGroup
}

// ledger keeps schedules, their runs and their record, and knows which runs are missed.
type ledger struct {
	Options
	journal *journal.Journal
	say     Say
}

// drawer shows a schedule: its card, what it would say, what is wrong with it.
type drawer struct{ ledger }

// manager takes what people do with a schedule.
type manager struct{ drawer }

const fireJob = "schedules.fire"

// New makes Schedules and makes their kind and their job known to the outbox.
func New(o Options) *Schedules {
	s := &Schedules{
		manager: manager{drawer{ledger{Options: o, journal: &journal.Journal{DB: o.DB, Room: "schedule", Now: o.Now, Log: o.Log}}}},
		started: make(chan struct{}),
	}
	outbox.RegisterShown(o.Outbox, s.kind(""))
	for _, account := range o.Outbox.Accounts {
		outbox.Register(o.Outbox, s.kind(account))
	}
	jobs.Register(o.Jobs, jobs.Fires, fireJob, s.fire)
	return s
}

// Start begins to watch the clock, once the outbox has started. say is the door.
func (s *Schedules) Start(ctx context.Context, say Say) {
	s.say = say
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	close(s.started)
	s.running.Go(func() { s.watch(ctx) })
	s.running.Go(func() { s.look(ctx) })
}

// Stop finishes the pass under way and begins no other.
func (s *Schedules) Stop() {
	if s.stop != nil {
		s.stop()
		s.running.Wait()
	}
}

// State is how a schedule stands. Its value is its English name.
type State string

// The states of a schedule.
const (
	Waiting State = "waiting" // for its first approval
	Active  State = "active"
	Paused  State = "paused"
	Ended   State = "ended"   // it will not fire again
	Removed State = "removed" // and its name is free
)

// Terms are what a schedule says, when, and by which rules: what is approved.
type Terms struct {
	Key      string      `json:"key"`
	Schedule int64       `json:"schedule,omitempty"` // the one that is edited
	Name     string      `json:"name"`
	Owner    string      `json:"owner"`
	Line     string      `json:"line"`
	Typed    string      `json:"typed"` // when, as it was said
	Cron     string      `json:"cron,omitempty"`
	Weeks    Weeks       `json:"weeks,omitzero"`
	At       time.Time   `json:"at,omitzero"`
	Wall     time.Time   `json:"wall,omitzero"` // what the clocks show then, as if it were UTC; zero: the instant was said
	Zone     string      `json:"zone"`
	Either   bool        `json:"either,omitempty"`
	Until    time.Time   `json:"until,omitzero"`
	Channel  string      `json:"channel"`
	Missed   string      `json:"missed"`
	Overlap  string      `json:"overlap"`
	Each     bool        `json:"each,omitempty"`
	Kind     string      `json:"kind"`
	Size     int         `json:"size"`
	Preview  string      `json:"preview"` // the line as it reads at the first fire
	Fires    []time.Time `json:"fires"`   // the first ones, as they were shown

	// Changed is what is another than in the terms that these are to replace.
	Changed []Change `json:"changed,omitempty"`

	// Payload is what the first fire would send by now, and Kept what of it the line only
	// names; nil in terms from before they were kept.
	Payload json.RawMessage `json:"payload,omitempty"`
	To      []string        `json:"to,omitempty"`   // whom the line names
	List    *outbox.List    `json:"list,omitempty"` // the audience that it names
	Kept    []outbox.Kept   `json:"kept"`
}

// Spec is when the terms say to fire.
func (t Terms) Spec() (Spec, error) {
	zone, err := zones.Load(t.Zone)
	if err != nil {
		return Spec{}, err
	}
	switch {
	case t.Cron == "" && t.Wall.IsZero():
		return Once(t.At, zone), nil
	case t.Cron == "":
		// By today's rules of the zone: they may have changed since it was said.
		at, _ := instantOf(t.Wall, zone)
		return Once(at, zone), nil
	}
	spec, err := ParseCron(t.Cron, zone, t.Either)
	spec.Until, spec.Weeks = t.Until, t.Weeks
	return spec, err
}

// Schedule is a name with what it says and how it stands.
type Schedule struct {
	ID       int64      `db:"id"`      // the number of the request that first asked for it
	Account  string     `db:"account"` // the AppID of the WeChat account it is for
	Name     string     `db:"name"`
	State    State      `db:"state"`
	Owner    string     `db:"owner"`
	Channel  string     `db:"channel"`
	Version  int64      `db:"version"` // the request whose terms are in force; 0: none yet
	Pending  int64      `db:"pending"` // the request that waits for approval; 0: none
	Next     time.Time  `db:"next_at"`
	Wake     time.Time  `db:"wake_at"` // when the clock looks at the next fire
	Held     WaitReason `db:"held"`    // of a fire that is due
	Failures int        `db:"failures"`
	Created  time.Time  `db:"created_at"`
	Terms    Terms      `db:"terms,json"` // in force, or else those that wait
}

const selectSchedules = `select s.id, s.account, s.name, s.state, s.owner, s.channel, s.version, s.pending, s.next_at, s.wake_at, s.held, s.failures, s.created_at,
	(select v.terms from schedule_version v where v.n = case when s.version > 0 then s.version else s.pending end) as terms from schedule s where `
