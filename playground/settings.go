package playground

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"sync"
)

// settings are those of the bot that a person chooses on the page. They are its
// environment: it is started anew with them, on the database that it had.
type settings struct {
	Language  string `json:"language"`  // of what a channel shares
	Approvals int    `json:"approvals"` // how many people must approve
	Accounts  int    `json:"accounts"`  // how many WeChat accounts it operates
}

// chosen are the settings, and what tells of a change.
type chosen struct {
	mu      sync.Mutex
	set     settings
	changed chan struct{} // closed at the next change
	bots    int           // how many bots were started so far
	served  string        // where the bot served its pages, so that their links stay; "": nowhere yet
}

// choose changes the settings; what is not named stays.
func (w *World) choose(_ context.Context, s settings) error {
	w.chosen.mu.Lock()
	defer w.chosen.mu.Unlock()
	now := w.chosen.set
	if s.Language == "" {
		s.Language = now.Language
	}
	if s.Approvals == 0 {
		s.Approvals = now.Approvals
	}
	if s.Accounts == 0 {
		s.Accounts = now.Accounts
	}
	switch {
	case s.Language != "en" && s.Language != "zh":
		return fmt.Errorf("there is no language %q: en and zh are possible", s.Language)
	case s.Approvals < 1 || s.Approvals > 2:
		return fmt.Errorf("%d approvals: 1 and 2 are possible", s.Approvals)
	case s.Accounts < 1 || s.Accounts > len(w.accounts):
		return fmt.Errorf("%d accounts: 1 to %d are possible", s.Accounts, len(w.accounts))
	case s == now:
		return nil
	}
	w.chosen.set = s
	close(w.chosen.changed)
	w.chosen.changed = make(chan struct{})
	return nil
}

// bots is how many bots were started so far: one more with each change.
func (w *World) bots() int {
	w.chosen.mu.Lock()
	defer w.chosen.mu.Unlock()
	return w.chosen.bots
}

func (w *World) settings() settings {
	w.chosen.mu.Lock()
	defer w.chosen.mu.Unlock()
	return w.chosen.set
}

// Serves tells the world where the bot serves its pages: the next one serves them there
// too, and the links that people have go on leading somewhere.
func (w *World) Serves(addr string) {
	w.chosen.mu.Lock()
	defer w.chosen.mu.Unlock()
	w.chosen.served = addr
}

// Run runs a bot in this world until ctx ends or the bot does: the one that bot runs with
// an environment, and another one each time that a person chooses other settings.
func (w *World) Run(ctx context.Context, bot func(ctx context.Context, env map[string]string) error) error {
	for {
		w.chosen.mu.Lock()
		changed := w.chosen.changed
		w.chosen.bots++
		w.chosen.mu.Unlock()
		living, end := context.WithCancel(ctx)
		stop := make(chan struct{})
		go func() {
			defer close(stop)
			select {
			case <-changed:
				end()
			case <-living.Done():
			}
		}()
		err := bot(living, w.Env())
		ended := living.Err() != nil
		end()
		<-stop
		if !ended || ctx.Err() != nil || err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
}

// settingKeys are the bot's settings that were chosen.
func (w *World) settingKeys() map[string]string {
	w.chosen.mu.Lock()
	defer w.chosen.mu.Unlock()
	keys := map[string]string{
		"LANGUAGE":  w.chosen.set.Language,
		"APPROVALS": "*=" + strconv.Itoa(w.chosen.set.Approvals),
		"HTTP_ADDR": "127.0.0.1:0", // preview pages
	}
	if w.chosen.served != "" {
		keys["HTTP_ADDR"] = w.chosen.served
	}
	maps.Copy(keys, accountKeys(w.accounts[:w.chosen.set.Accounts]))
	return keys
}
