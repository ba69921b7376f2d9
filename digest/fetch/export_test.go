package fetch

import (
	"context"
	"net"
	"net/http"
	"slices"
	"testing"
)

// Hostile is hostile, for the tests of what stands on this package.
func Hostile(t *testing.T) (servers map[string]http.HandlerFunc, says map[string]string) {
	t.Helper()
	return hostile(t)
}

// Changing is changing, for the tests of what stands on this package.
func Changing(t *testing.T, first, then [4]byte) *net.Resolver {
	t.Helper()
	return changing(t, first, then)
}

// NewInTown is New for a network in which the given loopback addresses, host:port, are public, and all others are what they are.
func NewInTown(o Options, resolver *net.Resolver, public []string) *Client {
	c, guarded := New(o), newDialer(o)
	guarded.Resolver = resolver
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok {
		panic("the transport is another")
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if slices.Contains(public, address) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
		return guarded.DialContext(ctx, network, address)
	}
	return c
}
