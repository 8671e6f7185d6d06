package outbox

import (
	"encoding/json"
	"slices"
	"time"

	"magpie/cards"
)

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
	N       int64
	Account string // the AppID of the WeChat account that is called
	Kind    string
	State   State
	Line    string          // as it was said
	By      string          // Slack user id of the requester
	Where   cards.Place     // where it was said
	Payload json.RawMessage // exactly what is sent
	Hash    string          // of account, kind, payload and audience; approvals bind to it
	Size    int             // recipients; 1 for kinds without
	Need    int             // approvals needed

	AskedAt, ExpiresAt, ApprovedAt, ResumedAt, EndedAt time.Time // zero where not yet

	Due    time.Time     // the scheduled instant; zero: at once
	Grace  time.Duration // see Ask.Grace
	Note   cards.Text    // what people should know beside the content
	Behind []string      // who had a share in it beside By: their approval does not count
	Grant  int64         // the request whose approvals stand for this one's; 0: its own

	ApprovedBy []string
	Reason     string // why it was rejected
	Settled    bool   // a person has said to leave what is unclear
	HeldFor    string // who lets it go on where it is paused; see heldForApprover
	Tally      Tally
	Progress   Progress
	Broadcast  *Broadcast // nil: it names its recipients itself, or has none
	Followed   *Request   // the follow-up to which all belong whom it failed to reach; only on cards
}

// Tally counts a request's deliveries by state.
type Tally struct{ Waiting, Sending, Done, Failed, Unclear, Stopped int }

// Progress is how far a request has been carried out.
type Progress struct {
	Calls            int        // in all; 0 while its audience is read
	BeginAt, BegunAt time.Time  // no call before; the first call
	RemainingAs      State      // what became of those who were never called: Stopped or Failed
	RemainingWhy     cards.Text // why
	HoldWhy          cards.Text // why it is paused, where magpie paused it
	HoldUntil        time.Time  // when it goes on by itself
	Rate             int        // outcomes a second, lately
}

// Delivery is one call to WeChat for one recipient.
type Delivery struct {
	Recipient string // "" for kinds without
	State     State
	Tries     int  // calls so far
	Doubt     bool // an earlier call may have been carried out
	Receipt   Receipt
	Reason    cards.Text // why it failed, is unclear or waits
}

// Act is one entry of the record.
type Act struct {
	At   time.Time
	Verb string // asked, approved, rejected, withdrawn, again, left, refused, expired, sent, told …
	Who  string // Slack user id; "" for magpie itself
	Note cards.Text
}

// addBehind notes that somebody had a share in a request.
func (r *Request) addBehind(who string) {
	if who != "" && !r.isBehind(who) {
		r.Behind = append(r.Behind, who)
	}
}

// isBehind reports whether somebody asked for a request, or had a share in it.
func (r *Request) isBehind(who string) bool { return r.By == who || slices.Contains(r.Behind, who) }
