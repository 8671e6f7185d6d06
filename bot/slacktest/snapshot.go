package slacktest

// Snapshot is all that a page needs to draw the workspace.
type Snapshot struct {
	Team       string               `json:"team"`
	TeamName   string               `json:"team_name"`
	Bot        User                 `json:"bot"`
	Connected  int                  `json:"connected"`
	Users      []User               `json:"users"`
	Channels   []Channel            `json:"channels"`
	Groups     []Group              `json:"groups"`
	Messages   map[string][]Message `json:"messages"`   // by channel, replies among them, oldest first
	Ephemerals map[string][]Message `json:"ephemerals"` // by person
	Views      map[string][]View    `json:"views"`      // by person, the top one last
	Homes      map[string]View      `json:"homes"`
}

// Snapshot returns the workspace as it is now.
func (w *Workspace) Snapshot() Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := Snapshot{
		Team: w.opt.Team, TeamName: w.opt.TeamName, Bot: *w.user(w.opt.BotUser), Connected: len(w.ready()),
		Users: []User{}, Channels: []Channel{}, Groups: []Group{},
		Messages: map[string][]Message{}, Ephemerals: map[string][]Message{}, Views: map[string][]View{}, Homes: map[string]View{},
	}
	for _, u := range w.users {
		s.Users = append(s.Users, *u)
	}
	for _, c := range w.channels {
		copied := *c
		copied.Members = w.membersOf(c)
		s.Channels = append(s.Channels, copied)
		s.Messages[c.ID] = copies(w.messages[c.ID], func(*Message) bool { return true })
	}
	for _, g := range w.groups {
		copied := *g
		copied.Users = append([]string{}, g.Users...)
		s.Groups = append(s.Groups, copied)
	}
	for _, m := range w.ephemerals {
		s.Ephemerals[m.EphemeralFor] = append(s.Ephemerals[m.EphemeralFor], *m)
	}
	for user, stack := range w.views {
		for _, v := range stack {
			s.Views[user] = append(s.Views[user], v.copy())
		}
	}
	for user, v := range w.homes {
		s.Homes[user] = v.copy()
	}
	return s
}
