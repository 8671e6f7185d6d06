// Package audiences keeps named audiences: whom a message may go to, with what is
// merged into it for each. A name stands for a version, and a version never changes
// once it is ready: what is imported anew is a new version, and the old one stays for
// as long as a request refers to it.
//
// What cannot be done is refused with a *cards.Refusal. Each method names the codes that it
// refuses with. One without a code says that what was given, or the audience as it stands, does
// not allow it: people read why. Where several audiences of before have a name that differs by
// capitals only, each method refuses, without a code, any spelling that is none of theirs.
// Every method that takes an Act also refuses as journal.Once does, with cards.NotAccepted and
// cards.MaybeAccepted. What is wrong with a file is told where the line was said, after that
// has been accepted.
package audiences

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"magpie/jobs"
	"magpie/journal"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/wechat"
)

// Files is Slack's side of files; bot fulfils it.
type Files interface {
	// Open begins to read one of Slack's files, however large it is.
	Open(ctx context.Context, id string) (name string, size int64, body io.ReadCloser, err error)
}

// Options are what Audiences need.
type Options struct {
	DB     *store.DB
	Jobs   *jobs.Jobs
	Outbox *outbox.Outbox
	Posts  *posts.Posts
	Files  Files
	WeChat wechat.Accounts
	Now    func() time.Time
	Log    *slog.Logger
}

// Audiences keeps named audiences and the list of those who want nothing more. It
// fulfils outbox.Audiences and is safe for use by several goroutines.
type Audiences struct {
	Options
	journal  *journal.Journal
	ending   chan struct{}
	once     sync.Once
	sweeping sync.WaitGroup
}

// New makes Audiences and makes their jobs known to the outbox; Start comes next.
func New(o Options) *Audiences {
	a := &Audiences{Options: o, journal: &journal.Journal{DB: o.DB, Room: "audience", Now: o.Now, Log: o.Log}, ending: make(chan struct{})}
	jobs.RegisterBounded(o.Jobs, jobs.Fills, jobImport, importWithin, a.workImport, a.importTooLong)
	jobs.RegisterBounded(o.Jobs, jobs.Fills, jobUnsubscribe, importWithin, a.workUnsubscribe, a.unsubscribeTooLong)
	return a
}

// Start begins to put away the members of versions that nobody needs any more.
func (a *Audiences) Start() { a.sweeping.Go(a.watch) }

// Stop begins nothing more. An import under way begins anew when magpie starts again.
func (a *Audiences) Stop() {
	a.once.Do(func() { close(a.ending) })
	a.sweeping.Wait()
}

var errStopping = errors.New("magpie is stopping")

// untilStop is a context that ends with ctx or when the audiences stop.
func (a *Audiences) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-a.ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (a *Audiences) isStopping() bool {
	select {
	case <-a.ending:
		return true
	default:
		return false
	}
}

var nameForm = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,39}$`)

// ParseName is a name as audiences are called; false where it cannot be one. The @ of
// `to=@NAME` may stand before it.
func ParseName(written string) (string, bool) {
	name := strings.TrimPrefix(width.Fold.String(strings.TrimSpace(written)), "@")
	return name, nameForm.MatchString(name)
}

// maxOpenID is longer than any openid that WeChat is known to give.
const maxOpenID = 64

// IsOpenID reports whether id has the form of an openid: letters, digits, _ and -, and one
// letter at least. WeChat gives openids of 28 characters that begin with an o and calls
// neither a promise; what has no letter is a telephone number or a number of a list.
func IsOpenID(id string) bool {
	if id == "" || len(id) > maxOpenID || !strings.ContainsFunc(id, unicode.IsLetter) {
		return false
	}
	for _, c := range []byte(id) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}
