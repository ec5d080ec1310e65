-- Opens one page again and again with a cookie; an answer that is not 200 is an error.
local cookie
function init(args) cookie = args[1] end
function request() return wrk.format("GET", nil, { ["Cookie"] = cookie }) end
function done(summary, latency, requests)
  io.write(string.format("RESULT %f %f %f %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
