"""A simulated ad market behind the platforms' own HTTP contracts."""

from omnify_sandbox.app import create_sandbox
from omnify_sandbox.config import SandboxConfig
from omnify_sandbox.credentials import credentials
from omnify_sandbox.serving import serve

__all__ = ["SandboxConfig", "create_sandbox", "credentials", "serve"]
