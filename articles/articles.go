// Package articles turns a brief into a draft, a preview and a filed article. An
// article is called A3; its texts are revisions that never change, what is made of
// them is rendered anew each time, and what WeChat has been given is remembered.
//
// What cannot be done is refused with a *cards.Refusal. Each method names the codes that it
// refuses with. One without a code says that the article, as it stands, does not allow it:
// people read why. Every method that takes an Act also refuses as journal.Once does, with
// cards.NotAccepted and cards.MaybeAccepted. What is wrong with a file that a line names is
// told where the line was said, after that has been accepted.
package articles

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"magpie/articles/render"
	"magpie/cards"
	"magpie/jobs"
	"magpie/journal"
	"magpie/outbox"
	"magpie/posts"
	"magpie/store"
	"magpie/wechat"
)

// Files is Slack's side of files; bot fulfils it.
type Files interface {
	// Fetch reads one of Slack's files.
	Fetch(ctx context.Context, id string) (name string, data []byte, err error)
	// Thread reads a message and the replies to it, in order, each as it was typed.
	Thread(ctx context.Context, channel, ts string) ([]string, error)
	// Share puts a file into a thread.
	Share(ctx context.Context, at cards.Place, name, title string, data []byte) error
	// Keep puts a picture where cards can show it and returns its id; the one known
	// before is taken where it is still there.
	Keep(ctx context.Context, known, name, title string, data []byte) (id string, err error)
}

// Options are what a Desk needs.
type Options struct {
	DB     *store.DB
	Jobs   *jobs.Jobs
	Outbox *outbox.Outbox
	Posts  *posts.Posts
	Files  Files
	WeChat wechat.Accounts
	Writer WriterOptions
	Style  string        // the house style, for the writer; "" where there is none
	Notice string        // that articles of a model's bear: "", on (the built-in one), or its words
	Words  []render.Word // banned words beside the built-in ones
	// NoSpacing leaves the space between Chinese and Latin letters of articles as written.
	NoSpacing bool
	// House are the themes there are; nil: the built-in ones. CodeStyle is that of code
	// ("": the theme's own), and CodeLines numbers its lines; an article's own go before.
	House     *ThemeSet
	CodeStyle string
	CodeLines bool
	Font      []byte // of generated covers; nil: the built-in one
	// PreviewTTL is how long a link to the preview page lives, PublicURL how it
	// begins; without PublicURL there is no page.
	PreviewTTL time.Duration
	PublicURL  string
	// ImageMemory is what images may take while they are decoded, in bytes; 0: 256 MB.
	ImageMemory int64
	// Browser is the path of a Chromium that takes pictures of the preview; "" is none.
	Browser  string
	Language string // of shared messages, and of what is written when nothing else is said
	Now      func() time.Time
	Log      *slog.Logger
}

// Desk is where articles are written, looked at and handed on. It stands on floors, each of
// which calls only those below it. It is safe for use by several goroutines.
type Desk struct{ filer }

// shelf keeps articles: their texts, images, runs, filings and record.
type shelf struct {
	Options
	journal  *journal.Journal
	writer   *writer
	fetcher  *fetcher
	covers   covers
	images   *imageMemory
	key      []byte // signs links
	ending   chan struct{}
	once     sync.Once
	watching sync.WaitGroup
}

// proofer renders a text with what belongs to it, and gathers what is wrong with it.
type proofer struct{ shelf }

// shower shows articles: cards, previews, pictures, covers at Slack.
type shower struct{ proofer }

// filer brings to WeChat what is approved, and follows it there.
type filer struct{ shower }

// New makes a Desk and makes its jobs known; Open and Start come next.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.PreviewTTL == 0 {
		o.PreviewTTL = 72 * time.Hour
	}
	if o.ImageMemory == 0 {
		o.ImageMemory = 256 << 20
	}
	d := &Desk{filer{shower{proofer{shelf{Options: o, journal: &journal.Journal{DB: o.DB, Room: "article", Now: o.Now, Log: o.Log}, images: newImageMemory(o.ImageMemory), writer: newWriter(o.Writer), fetcher: newFetcher(), ending: make(chan struct{})}}}}}
	jobs.Register(o.Jobs, jobs.Writing, jobWrite, d.workWrite)
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobImport, readWithin, d.workImport, func(ctx context.Context, job importJob) error {
		return d.readTooLong(ctx, job.Article, job.Who, jobImport, job)
	})
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobEarlier, readWithin, d.workEarlier, d.earlierTooLong)
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobCover, readWithin, d.workCover, func(ctx context.Context, job coverJob) error {
		return d.readTooLong(ctx, job.Article, job.Who, jobCover, job)
	})
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobGather, readWithin, d.workGather, func(ctx context.Context, job gatherJob) error {
		return d.readTooLong(ctx, job.Article, "", jobGather, job)
	})
	jobs.Register(o.Jobs, jobs.Cards, jobShowCover, d.workShowCover)
	jobs.Register(o.Jobs, jobs.Pictures, jobPicture, d.workPicture)
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobMaterial, readWithin, d.workMaterial, d.materialTooLong)
	jobs.Register(o.Jobs, jobs.Cards, jobMaterialShown, d.workMaterialShown)
	jobs.RegisterBounded(o.Jobs, jobs.Imports, jobPictures, readWithin, d.workPictures, d.picturesTooLong)
	jobs.Register(o.Jobs, jobs.Cards, "article.tell", d.workTell)
	o.Posts.Register(ofArticles, owner{d})
	return d
}

// Open reads the key of links; it comes before the outbox is started.
func (d *Desk) Open(ctx context.Context) error { return d.loadKey(ctx) }

// Start begins to ask what became of publishings.
func (d *Desk) Start() {
	for _, account := range d.Outbox.Accounts {
		d.watching.Go(func() { d.watchPublishings(account) })
	}
}

// Stop begins nothing more and lets what is being written go: it goes on, from the
// stage it was at, when magpie starts again.
func (d *Desk) Stop() {
	d.once.Do(func() { close(d.ending) })
	d.watching.Wait()
}

// untilStop is a context that ends with ctx or when the desk stops.
func (d *shelf) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-d.ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (d *shelf) isStopping() bool {
	select {
	case <-d.ending:
		return true
	default:
		return false
	}
}

// Themes are the built-in styles that an article can have.
func Themes() []string { return render.Themes() }

// ThemeSet is the themes that articles can have.
type ThemeSet = render.ThemeSet

// ReadThemes reads a house's themes; render says how.
func ReadThemes(folder fs.FS) (*ThemeSet, error) { return render.ReadThemes(folder) }

// Word is one that articles should not have.
type Word = render.Word

// ParseWords reads a list of banned words; render says how a line reads.
func ParseWords(r io.Reader) ([]render.Word, error) { return render.ParseWords(r) }
