package slacktest

import (
	"slices"
	"strings"
)

// User is a person, a bot or a guest of the workspace.
type User struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	RealName   string `json:"real_name"`
	Locale     string `json:"locale"` // default en-US
	TZ         string `json:"tz"`
	TZOffset   int    `json:"tz_offset"` // seconds; used when TZ is set
	TeamID     string `json:"team_id"`   // default: this workspace
	Admin      bool   `json:"is_admin"`
	Bot        bool   `json:"is_bot"`
	Guest      bool   `json:"is_restricted"`       // of several channels
	UltraGuest bool   `json:"is_ultra_restricted"` // of one channel
	Deleted    bool   `json:"deleted"`
	Stranger   bool   `json:"is_stranger"` // of another workspace, unknown here
}

// Channel is a public or private channel or a direct message.
type Channel struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Private  bool     `json:"is_private"`
	IM       bool     `json:"is_im"`
	User     string   `json:"user,omitempty"` // the person of the bot's direct message; none: two members' own
	Shared   bool     `json:"is_ext_shared"`  // with another company
	Members  []string `json:"members"`        // of a public channel none means everyone
	BotIn    bool     `json:"bot_in"`
	Archived bool     `json:"is_archived"`
}

// Group is a user group such as @marketing.
type Group struct {
	ID       string   `json:"id"`
	Handle   string   `json:"handle"`
	Name     string   `json:"name"`
	Users    []string `json:"users"`
	Disabled bool     `json:"disabled,omitempty"`
}

// AddUser adds a person, or replaces the one with the same id, and returns the
// person with the defaults filled in.
func (w *Workspace) AddUser(u User) User {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u.ID == "" {
		u.ID = w.id("U")
	}
	if u.Name == "" {
		u.Name = strings.ToLower(u.ID)
	}
	if u.RealName == "" {
		u.RealName = u.Name
	}
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	if u.TZ == "" {
		u.TZ, u.TZOffset = "Asia/Shanghai", 8*3600
	}
	if u.TeamID == "" {
		u.TeamID = w.opt.Team
	}
	w.users = put(w.users, &u, func(o *User) bool { return o.ID == u.ID })
	w.changed()
	return u
}

// AddChannel adds a channel, or replaces the one with the same id, and returns
// it with the defaults filled in.
func (w *Workspace) AddChannel(c Channel) Channel {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.ID == "" {
		c.ID = w.id("C")
	}
	if c.Name == "" && !c.IM {
		c.Name = strings.ToLower(c.ID)
	}
	c.Members = slices.Clone(c.Members)
	w.channels = put(w.channels, &c, func(o *Channel) bool { return o.ID == c.ID })
	w.changed()
	return c
}

// AddGroup adds a user group, or replaces the one with the same id.
func (w *Workspace) AddGroup(g Group) Group {
	w.mu.Lock()
	defer w.mu.Unlock()
	if g.ID == "" {
		g.ID = w.id("S")
	}
	if g.Name == "" {
		g.Name = g.Handle
	}
	g.Users = slices.Clone(g.Users)
	w.groups = put(w.groups, &g, func(o *Group) bool { return o.ID == g.ID })
	w.changed()
	return g
}

// SetGroup changes who is in a user group.
func (w *Workspace) SetGroup(id string, users ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if g := w.group(id); g != nil {
		g.Users = slices.Clone(users)
		w.changed()
	}
}

// Bot returns the bot's own user.
func (w *Workspace) Bot() User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.user(w.opt.BotUser)
}

// DM returns the channel id of the bot's direct message with a person, opening
// it when there is none yet.
func (w *Workspace) DM(userID string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, _ := w.openDM(userID)
	return id
}

func (w *Workspace) openDM(userID string) (id string, already bool) {
	for _, c := range w.channels {
		if c.IM && c.User == userID {
			return c.ID, true
		}
	}
	c := &Channel{ID: w.id("D"), IM: true, User: userID, Members: []string{userID, w.opt.BotUser}, BotIn: true}
	w.channels = append(w.channels, c)
	w.changed()
	return c.ID, false
}

func (w *Workspace) user(id string) *User {
	return find(w.users, func(u *User) bool { return u.ID == id })
}

func (w *Workspace) group(id string) *Group {
	return find(w.groups, func(g *Group) bool { return g.ID == id })
}

func (w *Workspace) channel(id string) *Channel {
	return find(w.channels, func(c *Channel) bool { return c.ID == id })
}

// sees reports whether the person can be in the channel at all.
func (c *Channel) sees(userID string) bool {
	if !c.Private && !c.IM && len(c.Members) == 0 {
		return true
	}
	return slices.Contains(c.Members, userID) || c.User != "" && c.User == userID
}

func find[T any](in []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(in, is); i >= 0 {
		return in[i]
	}
	return nil
}

func put[T any](in []*T, v *T, same func(*T) bool) []*T {
	if i := slices.IndexFunc(in, same); i >= 0 {
		in[i] = v
		return in
	}
	return append(in, v)
}
