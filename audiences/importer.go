package audiences

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"magpie/cards"
	"magpie/jobs"
	"magpie/store"
)

const (
	jobImport = "audience.fill"

	// chunk is how many members one transaction writes or takes away: lines are
	// accepted between two of them.
	chunk = 1000
	// chunkBytes is how many bytes of values it writes at the most.
	chunkBytes = 4 << 20
	// maxTries is how often a file or a page that is not to be had is asked for, each
	// time after a longer wait: some ten minutes.
	maxTries = 25
	// importWithin is how long one attempt at a list may take. A million members take two
	// minutes.
	importWithin = 30 * time.Minute
	// maxMembers bounds what an import remembers: 16 bytes a member.
	maxMembers = 5_000_000
)

// importJob fills a version with its members.
type importJob struct {
	Version int64 `json:"version"`
}

// errSuperseded says that nobody needs this version any more, or that another attempt works on
// it.
var errSuperseded = errors.New("the version is superseded, or another attempt's")

// importer is one attempt at filling a version.
type importer struct {
	*Audiences
	version
	attempt string
	batch   []member
	bytes   int // of the batch's values
	keys    memberKeys
	sums    *sums
}

// workImport fills a version and puts it in force. An attempt that was cut off is begun
// anew: what it had written is taken away first. That of an account which is not served
// is held.
func (a *Audiences) workImport(ctx context.Context, job importJob) error {
	v, err := a.version(ctx, a.DB, job.Version)
	if err != nil || v.State != Importing {
		return err
	}
	if err := a.Outbox.Accounts.Must(v.Account); err != nil {
		return err
	}
	done, ok := a.Jobs.Share(jobs.Fills, v.Account)
	if !ok {
		return jobs.Later()
	}
	defer done()
	ctx, cancel := a.untilStop(ctx)
	defer cancel()
	f := &importer{Audiences: a, version: v, attempt: uuid.NewString()}
	f.Size = 0
	err = f.fill(ctx)
	var source *sourceError
	switch {
	case err == nil:
		return f.ready(ctx)
	case a.isStopping():
		return errStopping
	case errors.Is(err, errSuperseded):
		return nil
	case isRefusal(err), errors.As(err, &source) && (!source.passes() || v.Tries+1 >= maxTries):
		return f.failed(ctx, err)
	}
	return err // the job is tried again
}

// importTooLong tells that filling a version took too long three times. It is not filled any
// more.
func (a *Audiences) importTooLong(ctx context.Context, job importJob) error {
	v, err := a.version(ctx, a.DB, job.Version)
	if err != nil || v.State != Importing {
		return err
	}
	f := &importer{Audiences: a, version: v, attempt: uuid.NewString()}
	if err := f.take(ctx); errors.Is(err, errSuperseded) {
		return nil
	} else if err != nil {
		return err
	}
	return f.failed(ctx, cards.Refuse("audience.too_long"))
}

// take makes the version this attempt's to fill, and no other's.
func (f *importer) take(ctx context.Context) error {
	return f.DB.Update(ctx, func(tx *store.Tx) error {
		return orSuperseded(tx.Exec(ctx, "update audience_version set attempt = $2, tries = tries + 1, size = 0 where version = $1 and state = 'importing'", f.N, f.attempt))
	})
}

func (f *importer) fill(ctx context.Context) error {
	if err := f.take(ctx); err != nil {
		return err
	}
	if err := f.empty(ctx, f.N, f.attempt); err != nil {
		return err
	}
	var err error
	if f.Kind == CSV {
		err = f.readFile(ctx)
	} else {
		err = f.readPages(ctx)
	}
	if err != nil {
		return err
	}
	if err := f.flush(ctx); err != nil {
		return err
	}
	if f.sums != nil {
		f.Sums = f.sums.of(f.Columns)
	}
	return f.index(ctx)
}

func (f *importer) add(ctx context.Context, m member) error {
	if f.Size+len(f.batch) == maxMembers {
		return cards.Refuse("audience.too_many", "limit", maxMembers)
	}
	if f.sums == nil {
		f.sums = newSums(f.Columns)
	}
	f.sums.add(m)
	f.batch = append(f.batch, m)
	f.bytes += bytesOf(m.values)
	if len(f.batch) < chunk && f.bytes < chunkBytes {
		return nil
	}
	return f.flush(ctx)
}

// flush writes the members that have come together.
func (f *importer) flush(ctx context.Context) error {
	if err := f.write(ctx, f.Size+len(f.batch), func(tx *store.Tx) error { return addMembers(ctx, tx, f.N, f.batch) }); err != nil {
		return err
	}
	for _, m := range f.batch {
		f.keys.add(m.openid, m.row)
	}
	f.batch, f.bytes = f.batch[:0], 0
	return nil
}

// index writes where each openid stands, and takes away whoever stands there a second
// time.
func (f *importer) index(ctx context.Context) error {
	var twice []int64
	keys := make([]memberKey, 0, chunk)
	write := func() error {
		err := f.write(ctx, f.Size, func(tx *store.Tx) error { return addKeys(ctx, tx, f.N, keys) })
		keys = keys[:0]
		return err
	}
	for m := range f.keys.sorted(func(row int64) { twice = append(twice, row) }) {
		if keys = append(keys, m); len(keys) < chunk {
			continue
		}
		if err := write(); err != nil {
			return err
		}
	}
	if err := write(); err != nil {
		return err
	}
	slices.Sort(twice)
	for rows := range slices.Chunk(twice, chunk) {
		if err := f.write(ctx, f.Size-len(rows), func(tx *store.Tx) error { return dropMembers(ctx, tx, f.N, rows) }); err != nil {
			return err
		}
	}
	for _, row := range twice {
		f.leaveOut(badTwice, row)
	}
	f.order()
	return f.analyze(ctx)
}

// analyze has PostgreSQL look at what it has been given, before anybody reads it page
// by page.
func (f *importer) analyze(ctx context.Context) error {
	if !f.DB.Postgres() {
		return nil
	}
	ctx = store.Long(ctx)
	return f.DB.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "analyze audience_member, audience_key")
		return err
	})
}

// write writes a chunk, while the version is still this attempt's to fill.
func (f *importer) write(ctx context.Context, size int, fn func(tx *store.Tx) error) error {
	err := f.DB.Update(ctx, func(tx *store.Tx) error {
		if err := orSuperseded(tx.Exec(ctx, "update audience_version set size = $3 where version = $1 and attempt = $2 and state = 'importing'", f.N, f.attempt, size)); err != nil {
			return err
		}
		return fn(tx)
	})
	if err == nil {
		f.Size = size
	}
	return err
}
