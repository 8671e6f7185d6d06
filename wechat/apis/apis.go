// Package apis is the table of WeChat's APIs: what stands here stands nowhere else.
package apis

import "strings"

// API is one of WeChat's. Its pages say for whom it is (the table 适用范围 below each) and
// whether WeChat's cloud may call it.
type API struct {
	Method, Path string
	// For are the kinds of account that have it.
	For Kinds
	// Verified says that an Official Account must be verified.
	Verified bool
	// Cloud is InCloud, NoCloud where its page says that there is no cloud call, or the name
	// by which the cloud function calls it, as cloud/config.json lists it.
	Cloud string
}

// Kinds are kinds of account, with spaces between; none are all of them.
type Kinds string

// For whom WeChat's APIs are.
const (
	Everyone    Kinds = ""
	Official    Kinds = "service subscription"
	Service     Kinds = "service"
	MiniProgram Kinds = "miniprogram"
)

// Include reports whether a kind of account is among them. One that nobody has told is
// taken to be.
func (k Kinds) Include(kind string) bool {
	return k == Everyone || kind == "" || strings.Contains(" "+string(k)+" ", " "+kind+" ")
}

// What WeChat's cloud may call, beside what it calls by a name.
const (
	InCloud = ""
	NoCloud = "-"
)

// All are all APIs of the table.
var All []API

func get(path string, of Kinds, is ...string) API  { return add("GET", path, of, is) }
func post(path string, of Kinds, is ...string) API { return add("POST", path, of, is) }

const verified = "verified"

// add enters one API, which may be verified, and of the cloud what Cloud says.
func add(method, path string, of Kinds, is []string) API {
	a := API{Method: method, Path: path, For: of}
	for _, what := range is {
		if what == verified {
			a.Verified = true
		} else {
			a.Cloud = what
		}
	}
	All = append(All, a)
	return a
}

// Of is the API at a path.
func Of(path string) (API, bool) {
	for _, a := range All {
		if a.Path == path {
			return a, true
		}
	}
	return API{}, false
}
