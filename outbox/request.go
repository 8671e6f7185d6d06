package outbox

import (
	"slices"
	"time"

	"magpie/cards"
	"magpie/sending"
	"magpie/store"
)

// NoteSchedule is the argument of an Ask's note that names the schedule whose fire it is.
const NoteSchedule = "schedule"

// State is how far a request has come. Its value is its English name, as `show`
// states it.
type State string

// The states of a request; Waiting, Sending, Done, Failed, Unclear and Stopped are
// also those of a delivery.
const (
	Preparing State = "preparing" // its audience is being read
	Waiting   State = "waiting"   // for approval; a delivery: to be called
	Approved  State = "approved"  // no delivery begun yet
	Sending   State = "sending"   // deliveries are being called
	Paused    State = "paused"    // held until somebody resumes it, or until its time
	Done      State = "done"      // every delivery done
	Partly    State = "partly"    // all ended, some failed
	Failed    State = "failed"    // all ended, none done
	Unclear   State = "unclear"   // all ended, nobody knows of at least one
	Rejected  State = "rejected"  // by an approver
	Expired   State = "expired"   // nobody approved in time
	Withdrawn State = "withdrawn" // by the requester or an admin
	Stopped   State = "stopped"   // by a person, while it was being sent
)

// States are all states of a request, in the order of its story.
var States = []State{Preparing, Waiting, Approved, Sending, Paused, Done, Partly, Failed, Unclear, Stopped, Rejected, Expired, Withdrawn}

// Ended reports whether nothing more happens by itself.
func (s State) Ended() bool {
	switch s {
	case Preparing, Waiting, Approved, Sending, Paused:
		return false
	}
	return true
}

// Request is something WeChat has been asked to do. It is immutable but for its
// state and approvals.
type Request struct {
	sending.Order // what is sent, and how far it has come; it is told by the engine

	State State       `db:"state"`
	Line  string      `db:"line"`     // as it was said
	By    string      `db:"asked_by"` // Slack user id of the requester
	Where cards.Place // where it was said
	Size  int         `db:"size"` // recipients; 1 for kinds without
	Need  int         `db:"need"` // approvals needed
	Sets  Sets        `db:"sets"` // whose voices are among these; none: any approvers'

	ExpiresAt  time.Time `db:"expires_at"` // zero where not yet
	ApprovedAt time.Time `db:"approved_at"`
	EndedAt    time.Time `db:"ended_at"`

	Grace  time.Duration `db:"grace"`        // see Ask.Grace
	Note   cards.Text    `db:"note"`         // what people should know beside the content
	Behind []string      `db:"behind,words"` // who had a share in it beside By: their approval does not count
	Grant  int64         `db:"grant_n"`      // the request whose approvals stand for this one's; 0: its own

	InsteadOf  int64 `db:"instead_of"`  // the request that it was asked instead of; 0: none
	ReplacedBy int64 `db:"replaced_by"` // the one that was asked instead of it; 0: none
	Fixed      bool  `db:"fixed"`       // it belongs to something else, and is changed there

	ApprovedBy []string
	Approvals  []Approval // theirs
	Missing    Missing    // whose voices it waits for
	Reason     string     `db:"reason"`   // why it was rejected
	Settled    bool       `db:"settled"`  // a person has said to leave what is unclear
	HeldFor    string     `db:"held_for"` // who lets it go on where it is paused; see heldForApprover
	Followed   *Request   // the follow-up to which all belong whom it failed to reach; only on cards
}

// Act is one entry of the record.
type Act struct {
	At   time.Time
	Verb string // asked, approved, rejected, withdrawn, again, left, refused, expired, sent, told …
	Who  string // Slack user id; "" for magpie itself
	Note cards.Text
}

// quorum is who must approve a request.
func (r *Request) quorum() Quorum { return Quorum{r.Need, r.Sets} }

// need has a request need as much as q.
func (r *Request) need(q Quorum) { r.Need, r.Sets = q.People, q.Sets }

// addBehind notes that somebody had a share in a request.
func (r *Request) addBehind(who string) {
	if who != "" && !r.isBehind(who) {
		r.Behind = append(r.Behind, who)
	}
}

// isBehind reports whether somebody asked for a request, or had a share in it.
func (r *Request) isBehind(who string) bool { return r.By == who || slices.Contains(r.Behind, who) }

// requestRow is a request as its table has it.
type requestRow struct {
	Request
	cards.Place
}

func (row requestRow) request() Request {
	row.Where = row.Place
	return row.Request
}

var selectRequests = "select " + store.ColumnsOf[requestRow]("") + " from request where "
