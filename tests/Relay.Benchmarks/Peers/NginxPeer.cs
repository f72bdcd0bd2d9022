using Relay.Benchmarks.Processes;
using Relay.TestKit;
using static System.FormattableString;

namespace Relay.Benchmarks.Peers;

/// <summary>nginx as a mail proxy. It asks an HTTP service for the upstream of each session; here that is the same nginx, so that its cost counts.</summary>
/// <remarks>
/// It leaves Nagle's algorithm on towards the upstream, and reads what a client sends into a buffer of 4 KiB: a message that is a little longer
/// goes on in two pieces, and the second waits 40 ms for the delayed acknowledgement of the first. A buffer for a whole message spares it that.
/// </remarks>
internal sealed class NginxPeer : IPeer
{
    private const string Module = "/usr/lib/nginx/modules/ngx_mail_module.so";

    public string Name => "nginx";

    public string? WhyNot =>
        Tool.Find("nginx") is null ? "nginx is not installed"
        : !File.Exists(Module) ? "nginx has no mail module"
        : null;

    public IReadOnlyList<string> VersionCommand => ["nginx", "-v"];

    public async Task<RunningPeer> StartAsync(string folder, IReadOnlyList<int> upstreams, CancellationToken cancellationToken)
    {
        var port = LocalPort.Free();
        var path = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(path, Configuration(folder, port, LocalPort.Free(), upstreams[0]), cancellationToken);
        string[] command = [Tool.Find("nginx")!, "-c", path, "-g", "daemon off;"];
        var process = ServerProcess.Start(Name, command, Path.Combine(folder, "log"));
        return await RunningPeer.StartAsync(port, process, cancellationToken);
    }

    private static string Configuration(string folder, int port, int authPort, int upstream) =>
        Invariant(
            $$"""
            load_module {{Module}};
            worker_processes auto;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log warn;
            events { worker_connections 4096; }
            http {
              access_log off;
              server {
                listen 127.0.0.1:{{authPort}};
                location / {
                  add_header Auth-Status OK;
                  add_header Auth-Server 127.0.0.1;
                  add_header Auth-Port {{upstream}};
                  return 200 "";
                }
              }
            }
            mail {
              auth_http http://127.0.0.1:{{authPort}}/;
              smtp_auth none;
              xclient off;
              smtp_client_buffer 128k;
              smtp_capabilities 8BITMIME PIPELINING;
              server { listen 127.0.0.1:{{port}}; protocol smtp; proxy on; }
            }

            """
        );
}
