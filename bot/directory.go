package bot

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// Directory tells who is who and who is in which user group, from a cache that is
// refreshed in the background: nobody waits for Slack to be let in, but a person who
// was never seen before, and they a second at most.
type Directory struct {
	client *slack.Client
	opt    DirectoryOptions
	loaded chan struct{} // closed when the groups have been asked for once

	mu     sync.RWMutex
	team   string
	people map[string]cards.Person
	groups map[string][]string
	unread groupsUnread
	asking map[string]chan struct{} // look-ups under way
	warned map[string]bool

	missedGroups, missedPeople chan struct{} // news may have been missed: they are read anew
}

// DirectoryOptions says whom the directory must know.
type DirectoryOptions struct {
	Groups   []string // user groups (S…) that roles are given to, or whose voices are needed
	Voices   []string // of these, and of people, those whose voices APPROVALS needs
	People   []string // people (U…) that roles are given to
	Language string   // of people whose own Slack does not tell; "en" where empty
	Log      *slog.Logger
}

// How patient a Directory is.
const (
	refreshEvery  = 10 * time.Minute
	refreshFailed = 15 * time.Second // after a refresh that Slack did not answer
	lookupWait    = time.Second      // at most, of the time to accept a line
	usersPerPage  = 200
	// groupGrace is how long a group has the members that it was read with: then nobody
	// knows who is in it, and it gives no role.
	groupGrace = 2 * time.Minute
)

// NewDirectory makes a Directory; it knows nobody until Run has begun.
func NewDirectory(client *slack.Client, opt DirectoryOptions) *Directory {
	if opt.Language == "" {
		opt.Language = "en"
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	return &Directory{
		client: client, opt: opt,
		loaded: make(chan struct{}),
		people: make(map[string]cards.Person), groups: make(map[string][]string), unread: newGroupsUnread(),
		asking: make(map[string]chan struct{}), warned: make(map[string]bool),
		missedGroups: make(chan struct{}, 1), missedPeople: make(chan struct{}, 1),
	}
}

// Person is what is known of somebody.
func (d *Directory) Person(id string) (cards.Person, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	p, ok := d.people[id]
	return p, ok
}

// Members are the people of a user group; false where it was never loaded, or not for two
// minutes.
func (d *Directory) Members(group string) ([]string, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	members, ok := d.groups[group]
	if unknown, _ := d.isUnknown(group); unknown {
		return nil, false
	}
	return slices.Clone(members), ok
}

// Lookup is Person for somebody who is just saying a line: whoever was never seen
// before is asked for, and waited for until ctx ends. It waits also for the first
// loading of the groups, which decide what people may do.
func (d *Directory) Lookup(ctx context.Context, id string) (cards.Person, bool) {
	ctx, cancel := context.WithTimeout(ctx, lookupWait)
	defer cancel()
	found := closed
	if _, known := d.Person(id); !known {
		found = d.ask(id)
	}
	for _, awaited := range []<-chan struct{}{d.loaded, found} {
		select {
		case <-awaited:
		case <-ctx.Done():
		}
	}
	return d.Person(id)
}

var closed = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// ask looks a person up in the background; the channel closes when that is over.
// Several who wait for the same person share one call.
func (d *Directory) ask(id string) <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if done, ok := d.asking[id]; ok {
		return done
	}
	done := make(chan struct{})
	d.asking[id] = done
	go func() {
		defer func() {
			d.mu.Lock()
			delete(d.asking, id)
			d.mu.Unlock()
			close(done)
		}()
		ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
		defer cancel()
		_ = d.info(ctx, id)
	}()
	return done
}

// info asks Slack for one person.
func (d *Directory) info(ctx context.Context, id string) error {
	user, err := d.client.GetUserInfoContext(ctx, id)
	switch {
	case err == nil && user != nil:
		if user.ID == "" {
			user.ID = id
		}
		d.put(*user, true)
	case isUnsupported(err) || isCode(err, "user_not_found", "user_not_visible", "users_not_found"):
		// Slack will not say who this is: they may do what they are listed for, no more.
		d.warn("users.info", err)
		d.mu.Lock()
		if _, known := d.people[id]; !known {
			d.people[id] = cards.Person{ID: id, Lang: d.opt.Language}
		}
		d.mu.Unlock()
	default:
		d.opt.Log.Warn("looking a person up failed", "user", id, "err", err)
		return err
	}
	return nil
}

// put notes what Slack says of a person.
func (d *Directory) put(u slack.User, always bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	old, known := d.people[u.ID]
	ours := u.TeamID == "" || d.team == "" || u.TeamID == d.team || slices.Contains(u.Enterprise.Teams, d.team)
	p := cards.Person{
		ID: u.ID, Team: u.TeamID, Zone: u.TZ, Lang: d.language(u.Locale),
		Member: ours && !u.Deleted && !u.IsBot && !u.IsWorkflowBot && !u.IsConnectorBot &&
			!u.IsRestricted && !u.IsUltraRestricted && !u.IsStranger,
		Guest: ours && !u.Deleted && !u.IsBot && !u.IsStranger && (u.IsRestricted || u.IsUltraRestricted),
		Gone:  u.Deleted,
	}
	if p.Team == "" {
		p.Team = d.team
	}
	if known && u.Locale == "" { // events leave it out
		p.Lang = old.Lang
	}
	// Of people who are here no more only those are kept whom we have met.
	if !p.Member && !known && !always && u.Deleted {
		return
	}
	d.people[u.ID] = p
}

func (d *Directory) language(locale string) string {
	switch {
	case locale == "":
		return d.opt.Language
	case strings.HasPrefix(strings.ToLower(locale), "zh"):
		return "zh"
	}
	return "en"
}

// warn complains once about each method that Slack does not grant.
func (d *Directory) warn(method string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.warned[method] {
		d.warned[method] = true
		d.opt.Log.Warn("Slack does not grant a look-up", "method", method, "err", err)
	}
}
