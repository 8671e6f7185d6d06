package commands

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/width"

	"magpie/outbox"
	"magpie/wechat"
)

// Nicknames keeps what the team calls its templates: ids by names, and by ids who last gave
// each one a name.
type Nicknames interface {
	Nicknames(ctx context.Context) (ids, namers map[string]string, err error)
	SetNickname(ctx context.Context, who string, at time.Time, name, template string) error
	// NicknameActs tells the last namings that gave a template a name or took one from it,
	// the newest first.
	NicknameActs(ctx context.Context, template string, most int, each func(at time.Time, who, name, was, template string)) error
}

const (
	templatesEvery = 10 * time.Minute // how often the templates are read anew
	templatesRetry = 30 * time.Second // after a failure
)

// Templates knows the account's templates and what the team calls them. It reads them
// in the background: no line waits for WeChat, and one that names a template not known
// here passes as it is.
type Templates struct {
	account wechat.Account
	names   Nicknames
	log     *slog.Logger

	mu     sync.RWMutex
	lists  [2][]wechat.Template // those of subscriptions, those of template/send
	listed [2]bool              // WeChat has named them all
	asked  [2]bool              // WeChat has answered, if only that the account has none
	nicks  map[string]string    // ids by folded nickname
	namers map[string]string    // by id, who last gave it one
	readAt time.Time
	first  chan struct{} // closed once both lists have been asked for with an answer
}

// NewTemplates knows nothing until Refresh or Run.
func NewTemplates(a wechat.Account, names Nicknames, log *slog.Logger) *Templates {
	return &Templates{account: a, names: names, log: log, first: make(chan struct{})}
}

// Run reads the templates, and anew from time to time until ctx ends.
func (t *Templates) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := templatesEvery
		if err := t.Refresh(ctx); err != nil && ctx.Err() == nil {
			t.log.Warn("the templates could not be read; those known stay", "error", err)
			wait = templatesRetry
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// Await waits until the templates have been read, until ctx ends at most.
func (t *Templates) Await(ctx context.Context) {
	select {
	case <-t.first:
	case <-ctx.Done():
	}
}

// Refresh reads the templates and their nicknames. What cannot be reached stays as it
// was known. What accounts of this kind do not have is not asked for and is empty, as is what
// WeChat refuses.
func (t *Templates) Refresh(ctx context.Context) error {
	var lists [2][]wechat.Template
	var errs [3]error
	var nicks, namers map[string]string
	var wg sync.WaitGroup
	has := [2]bool{true, service.takes(t.account.Is())}
	wg.Go(func() { lists[0], errs[0] = t.account.SubscribeTemplates(ctx) })
	if has[1] {
		wg.Go(func() { lists[1], errs[1] = t.account.ServiceTemplates(ctx) })
	}
	wg.Go(func() { nicks, namers, errs[2] = t.names.Nicknames(ctx) })
	wg.Wait()

	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range lists {
		if errs[i] == nil {
			t.listed[i] = has[i]
		} else if isRefused(errs[i]) {
			t.listed[i] = false
			t.log.Debug("the account has no such templates", "error", errs[i])
			errs[i] = nil
		}
		if errs[i] == nil {
			t.lists[i], t.asked[i] = lists[i], true
		}
	}
	if errs[2] == nil {
		t.nicks, t.namers = nicks, namers
	}
	if errs[0] == nil && errs[1] == nil {
		if t.readAt.IsZero() {
			close(t.first)
		}
		t.readAt = time.Now()
	}
	return errors.Join(errs[:]...)
}

// isRefused reports that WeChat answered and will answer so again.
func isRefused(err error) bool {
	var failed *wechat.Error
	if !errors.As(err, &failed) {
		return false
	}
	_, again := failed.RetryAfter()
	return !again && !failed.Unclear() && !failed.NotSent() || errors.Is(err, wechat.ErrWay)
}

// known are the templates of subscriptions or of template/send.
func (t *Templates) known(service bool) []wechat.Template {
	if t == nil {
		return nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if service {
		return t.lists[1]
	}
	return t.lists[0]
}

// find looks a template up by its id, its nickname, or its title where no other bears
// it.
func (t *Templates) find(said string, service bool) (wechat.Template, bool) {
	all := t.known(service)
	if len(all) == 0 {
		return wechat.Template{}, false
	}
	id := t.nicknamed(said)
	for _, one := range all {
		if one.ID == said || one.ID == id {
			return one, true
		}
	}
	byTitle := func(one wechat.Template) bool { return foldName(one.Title) == foldName(said) }
	at := slices.IndexFunc(all, byTitle)
	if at < 0 || slices.ContainsFunc(all[at+1:], byTitle) {
		return wechat.Template{}, false
	}
	return all[at], true
}

// nicknamesOf are the names of a template, in order.
func (t *Templates) nicknamesOf(id string) []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var names []string
	for name, of := range t.nicks {
		if of == id {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// call names a template, as who does; "" frees all its names.
func (t *Templates) call(ctx context.Context, who string, at time.Time, id, name string) error {
	names := []string{foldName(name)}
	to := id
	if name == "" {
		names, to = t.nicknamesOf(id), ""
	}
	for _, n := range names {
		if err := t.names.SetNickname(ctx, who, at, n, to); err != nil {
			return err
		}
	}
	nicks, namers, err := t.names.Nicknames(ctx)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.nicks, t.namers = nicks, namers
	t.mu.Unlock()
	return nil
}

// foldName makes names that look alike the same.
func foldName(name string) string {
	return strings.ToLower(width.Fold.String(strings.TrimFunc(name, isSpace)))
}

// namedBy is who last gave a template a nickname, "" where nobody did. It is of one piece
// with what a nickname stands for here.
func (t *Templates) namedBy(id string) string {
	if t == nil {
		return ""
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.namers[id]
}

// kept is which template a message is of, and its wording where that is known:
// WeChat gives another wording another id, but a nickname may have moved.
func (t *Templates) kept(id string) []outbox.Kept {
	wording := outbox.Kept{What: "wording", Maybe: true}
	if one, ok := t.byID(id); ok {
		wording.Is = one.Title + "\n" + one.Content
	}
	by := t.namedBy(id)
	wording.By = by
	return []outbox.Kept{{What: "template", Is: id, By: by}, wording}
}
