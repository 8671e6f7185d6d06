package wechattest

import (
	"fmt"
	"slices"
	"time"
)

// Phone is what the account's users see: a snapshot, oldest first.
type Phone struct {
	Notifications []Notification `json:"notifications"`
	Activities    []Activity     `json:"activities"`
	Articles      []UploadedNews `json:"articles"`

	Published []PublishedNews `json:"published,omitempty"` // for everybody to read
	Masses    []MassMessage   `json:"masses,omitempty"`    // previews too
}

// Notification is one message that reached a person.
type Notification struct {
	At               time.Time `json:"at"`
	OpenID           string    `json:"openid"`
	API              string    `json:"api"` // the path that sent it
	Via              string    `json:"via"` // subscribe, or the half of a uniform message: weapp or mp
	TemplateID       string    `json:"template_id"`
	Lines            []Line    `json:"lines"`
	Emphasis         string    `json:"emphasis,omitempty"` // the line shown large
	Page             string    `json:"page,omitempty"`
	URL              string    `json:"url,omitempty"`
	MiniprogramApp   string    `json:"miniprogram_appid,omitempty"`
	MiniprogramPath  string    `json:"miniprogram_pagepath,omitempty"`
	MiniprogramState string    `json:"miniprogram_state,omitempty"`
	Lang             string    `json:"lang,omitempty"`
	ClientMsgID      string    `json:"client_msg_id,omitempty"`
	MsgID            string    `json:"msgid,omitempty"`
}

// Activity is one updatable message. Text and Color are empty until it is first
// updated, unless it is over.
type Activity struct {
	ID          string    `json:"id"`
	State       int       `json:"state"`
	Text        string    `json:"text"`
	Color       string    `json:"color"`
	MemberCount string    `json:"member_count,omitempty"`
	RoomLimit   string    `json:"room_limit,omitempty"`
	Path        string    `json:"path,omitempty"`
	VersionType string    `json:"version_type,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at,omitzero"`
	ExpiresAt   time.Time `json:"expires_at"`
	Ended       bool      `json:"ended"`
}

// UploadedNews is one piece of news in the account's material.
type UploadedNews struct {
	MediaID   string    `json:"media_id"`
	CreatedAt time.Time `json:"created_at"`
	Articles  []Article `json:"articles"`
}

// Phone takes a snapshot.
func (s *Server) Phone() Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	p := Phone{
		Notifications: append([]Notification{}, s.notifications...),
		Activities:    make([]Activity, 0, len(s.activities)),
		Articles:      append([]UploadedNews{}, s.articles...),
	}
	for i := range p.Notifications {
		p.Notifications[i].Lines = slices.Clone(p.Notifications[i].Lines)
	}
	for _, a := range s.activities {
		p.Activities = append(p.Activities, a.seen(now))
	}
	s.settlePublishing(now)
	for _, n := range s.library.published {
		p.Published = append(p.Published, n.left())
	}
	for _, m := range s.masses {
		p.Masses = append(p.Masses, m.MassMessage)
	}
	return p
}

// seen is how an activity looks at a moment. WeChat fixes the texts and colours.
func (a *activity) seen(now time.Time) Activity {
	v := a.Activity
	v.Ended = !now.Before(a.ExpiresAt)
	switch {
	case v.Ended:
		v.Text, v.Color = "Ended", "#00ff00"
	case !a.updated:
	case v.State == 1:
		v.Text, v.Color = "Started", "#CCCCCC"
	default:
		v.Text = fmt.Sprintf("Members are joining. Currently, there are %s/%s persons.", v.MemberCount, v.RoomLimit)
		v.Color = "#FA9D39"
	}
	return v
}
